"""An address of `/admin/api`: who may call it, what is sent there, what is answered; a call of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.model.admin import AdminRole
from bot.model.api_token import ApiCaller
from bot.model.translatable import Language
from bot.operations.catalog.answers import AnswerFile
from bot.operations.find_contacts import LocatedContact
from bot.web.api.typed_body import TypedBody
from bot.web.openapi_schema import JsonSchema

PREFIX = "/admin/api"
CONTACT, CHAT = "contact", "chat"
"""What a sealed part of an address names: somebody, or somebody on a channel."""


@dataclass(frozen=True, slots=True)
class ConsoleCall:
    """A call that was let in, all of it as the endpoint's schemas have it.

    `now` is the time of the people. `form` is the id of a deed: of one call with one key the same.
    `found` is whom the address names, `channel` on which channel, where it names a chat.
    `may_still`: whether the token may do it by now too; for what takes long.
    """

    caller: ApiCaller
    words: Language
    now: datetime
    form: str
    may_still: Callable[[], Awaitable[bool]] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    found: LocatedContact | None = None
    channel: str = ""

    @property
    def located(self) -> LocatedContact:
        """Whom the address names; for addresses that do."""
        if self.found is None:
            raise LookupError("the address names nobody")
        return self.found


ApiAnswer: TypeAlias = Mapping[str, Any] | AnswerFile
"""JSON as `as_json` takes it, or a file."""
ApiHandler: TypeAlias = Callable[[ConsoleCall], Awaitable[ApiAnswer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`name` is what programs call it (`operationId`).

    A deed changes something: it takes an `Idempotency-Key`, and its answer holds no personal data but sealed
    parts. `forgets`: the person whom the address names is not there any more once it is done.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    says: str
    handler: ApiHandler
    roles: frozenset[AdminRole]
    sent: TypedBody
    """What reads the parameters of the operation."""
    answer: JsonSchema
    file: str
    """The media type of its answer, where that is a file."""
    is_action: bool
    forgets: bool
    components: Mapping[str, JsonSchema]
    """What its schemas refer to."""

    @property
    def query(self) -> Mapping[str, JsonSchema]:
        """What is behind the `?`."""
        found: Mapping[str, JsonSchema] = self.sent.schema["properties"] if self.method == "GET" else {}
        return found

    @property
    def names(self) -> Literal["", "contact", "chat"]:
        """What its address names."""
        parts = self.path.split("/")
        return "contact" if "{contact}" in parts else "chat" if "{chat}" in parts else ""
