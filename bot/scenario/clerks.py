"""The shop's clerks, pretended (language, 8.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.model.contact import Clerk, Contact
from bot.model.effects import FindClerk
from bot.model.event import Outcome
from bot.scenario.world import ClerkRecord, Clerks, PretendAnswers


class PretendClerks:
    """Clerks by their codes, in memory."""

    def __init__(self, clerks: Iterable[ClerkRecord]) -> None:
        self._clerks = {clerk.code.casefold(): clerk for clerk in clerks}

    def by_code(self, code: str) -> ClerkRecord | None:
        return self._clerks.get(code.strip().casefold())


def found_clerk(asked: FindClerk, contact: Contact, clerks: Clerks, now: datetime) -> Outcome:
    """What `bind_clerk` comes back with; the code is looked up first."""
    record = clerks.by_code(asked.code)
    if record is None:
        return Outcome("clerk", "unknown", asked.origin)
    if record.suspended:
        return Outcome("clerk", "suspended", asked.origin)
    if contact.clerk is not None and (contact.clerk.code == record.code or not asked.rebind):
        return Outcome("clerk", "already", asked.origin)
    clerk = Clerk(record.code, record.name, record.store, now)
    return Outcome("clerk", "bound", asked.origin, clerk=clerk)


def clerk_answers(clerks: Clerks) -> PretendAnswers:
    """What these clerks are asked for."""
    return {FindClerk: lambda asked, by: found_clerk(asked, by.contact, clerks, by.now)}
