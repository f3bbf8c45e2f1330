"""Records in the audit log what was done to the shop: before it and after it, so that a crash in between
shows.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import get_args

from bot.model.audit import AuditEntry, AuditEntryKind, AuditEntryState, AuditKind
from bot.model.translatable import Refusal
from bot.store.stores import Stores

SHOP_KINDS: Sequence[AuditKind] = (*get_args(AuditEntryKind), "resent", "dropped")
"""What is done to no one contact: the other kinds stand in `oaflow contact show`."""
MOST = 10_000
"""Lines of a page."""


class PendingAuditEntry:
    """One that has begun. Who carries it out may say what it is `about`, and what is so `after` it."""

    def __init__(self, entry: AuditEntry) -> None:
        self.entry = entry
        self.is_partly_done = False

    def update(
        self, *, about: str | None = None, before: str | None = None, after: str | None = None
    ) -> None:
        """What is known of it now, some of it being done; what is not given stays."""
        was, self.is_partly_done = self.entry, True
        self.entry = replace(
            was,
            about=was.about if about is None else about,
            before=was.before if before is None else before,
            after=was.after if after is None else after,
        )


async def record(stores: Stores, entry: AuditEntry) -> None:
    """Add a line about what was done by one write, or cannot be undone; an `id` is added once."""
    await stores.audit.record(entry)


@asynccontextmanager
async def audited(stores: Stores, entry: AuditEntry) -> AsyncIterator[PendingAuditEntry]:
    """Write down that it begins, and what has become of it: done, or `refused` where a `Refusal` is raised.

    Whatever else ends it, or what is refused when some of it was done, leaves it begun.
    """
    doing = PendingAuditEntry(await stores.audit.record(replace(entry, state="began")))
    try:
        yield doing
    except Refusal:
        state: AuditEntryState = "began" if doing.is_partly_done else "refused"
        await stores.audit.end(replace(doing.entry, state=state))
        raise
    await stores.audit.end(replace(doing.entry, state="done"))


async def entries(
    stores: Stores,
    *,
    kinds: Sequence[AuditKind] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    by: str | None = None,
    most: int = MOST,
) -> list[AuditEntry]:
    """What was done to no one contact, the last first: of these kinds (none: all), of whom `by` names."""
    return await stores.audit.entries(kinds or SHOP_KINDS, most, since=since, until=until, by=by)
