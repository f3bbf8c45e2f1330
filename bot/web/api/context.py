"""What the API's endpoints work with, and the sealed parts by which it names people and places in lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.model.api_token import ApiCaller
from bot.model.translatable import tr
from bot.operations.catalog.call import OperationContext, ServerWork
from bot.operations.contact_list import one_contact
from bot.operations.find_contacts import LocatedContact
from bot.web.api.endpoint import CHAT, CONTACT
from bot.web.api.problem_details import ApiProblem
from bot.web.sealed_parts import SealedParts


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext(OperationContext):
    """What operations work with in a server, and the sealed parts of this API."""

    server: ServerWork
    parts: SealedParts
    """Seals and opens what names people and places, for one token each."""

    def part(self, caller: ApiCaller, contact: str) -> str:
        """The sealed part that names a contact to this token, and to no other."""
        return self.parts.sealed(caller.by, CONTACT, contact)

    async def found(
        self, caller: ApiCaller, what: Literal["contact", "chat"], part: str
    ) -> tuple[LocatedContact, str]:
        """The contact that a part names, and the channel of a chat (else empty). Raises `ApiProblem` where
        either is not there."""
        opened = self.parts.opened(caller.by, what, part)
        found = None if opened is None else await one_contact(self.stores, opened[0])
        if opened is None or found is None:
            raise ApiProblem("not_found")
        channel = opened[1] if what == CHAT else ""
        if channel and channel not in self.settings().channels:
            raise ApiProblem("not_found")
        return found, channel

    def channel(self, name: str | None, field: str) -> str | None:
        """The channel of this name; `None` where none is named. Raises `ApiProblem` for one that the settings
        do not have."""
        if name is not None and name not in self.settings().channels:
            raise ApiProblem("not_found", tr("no channel is called so"), field=field)
        return name

    def cursor(self, caller: ApiCaller, what: str, *place: str) -> str:
        """A place in the list `what`, sealed for this token."""
        return self.parts.sealed(caller.by, f"after {what}", *place)

    def place(self, caller: ApiCaller, what: str, cursor: str | None) -> Sequence[str] | None:
        """The place that a cursor names; `None`: the beginning. Raises `ApiProblem` for the cursor of another
        list or token."""
        if cursor is None:
            return None
        opened = self.parts.opened(caller.by, f"after {what}", cursor)
        if opened is None:
            raise ApiProblem("not_found")
        return opened
