"""Contacts and their phones, as services ask for them: in MongoDB for the bot, in memory for a scenario."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.stored import Stored
from bot.services.rewrites import Rewrite


class ContactDirectory(Protocol):
    """Contacts by their ids; the id of a merged contact gives the contact that it is part of."""

    async def person(self, contact: str) -> Stored | None: ...
    async def people_of(self, ids: Iterable[str]) -> Mapping[str, Contact]: ...


class ContactIndex(Protocol):
    """Ids of contacts by phone, member number or code; `bot.store.contacts.people` documents each method."""

    async def with_phone(self, phone: str) -> Sequence[str]: ...
    async def with_member_no(self, number: str) -> Sequence[str]: ...
    async def with_member_nos(self, numbers: Collection[str]) -> Mapping[str, Sequence[str]]: ...
    async def without_line(self, phone: str | None, number: str | None) -> Sequence[str]: ...
    async def link_owner(self, code: str) -> Contact | None: ...


class PhoneRegister(Protocol):
    """Says which contact has bound a phone (E.164), and which has reserved it: one of each at most."""

    async def holder(self, phone: str) -> str | None:
        """The contact that has bound this phone."""
        ...

    async def reserve(
        self, phone: str, contact: str, now: datetime, over: str | None = None
    ) -> datetime | None:
        """Reserve the phone for this contact; returns until when (UTC), or `None` where another contact has
        reserved or bound it.

        `over`: the holder from whom it may be taken when it is bound.
        """
        ...

    async def reserve_number(self, shop: str | None, number: str, contact: str, now: datetime) -> bool:
        """Reserve a member number of a shop for this contact; `False`: another contact has reserved it."""
        ...

    async def shorten(self, phone: str, contact: str, until: datetime, now: datetime) -> None:
        """Let the contact's reservation that lasts until `until` end when one made `now` would."""
        ...

    async def settle(self, phone: str, contact: str, now: datetime) -> bool:
        """Confirm or free the phone, as the stored contact has it; returns whether the contact has bound it.

        Raises `PhoneTaken` where another contact has bound it.
        """
        ...


class PairRewriter(Protocol):
    """Changes two contacts at once, with their phones."""

    async def change(
        self, kept: str, gone: str, work: Callable[[Stored, Stored], Rewrite | None]
    ) -> Rewrite | None:
        """Do `work` to two contacts as they are at one moment; `None` from it: leave them as they are.

        `work` may be called more than once, and what it raises is raised; `PhoneTaken` where a phone that one
        of them would have is another's.
        """
        ...


class AuditTrail(Protocol):
    """The audit log, of contacts."""

    async def add(self, row: AuditRow) -> None:
        """Add a line. One that is there already stays as it is."""
        ...

    async def of(self, contact: str) -> Sequence[AuditRow]:
        """The lines about a contact, the last one first."""
        ...
