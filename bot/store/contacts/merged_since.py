"""Which contacts were merged into which, for reports about the past: rows stay with the former contact."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta

from pymongo import DESCENDING

from bot.model.audit import AuditKind
from bot.store.database.mongo import Document, looking_at_all
from bot.store.repository import Repository, rows_of

AT_A_TIME = 5_000
"""Lines of the audit log that are read at a time."""
CHANGES: tuple[AuditKind, ...] = ("merged", "parted")
"""The kinds of lines after which a LINE account belongs to another contact."""
CLOCKS_APART = timedelta(days=1)
"""How far the order of lines may differ from that of their moments, as clocks of processes differ."""


class MergedSince(Repository):
    """Asks the audit log, which knows of each merge, then what is left of those contacts.

    Raises `DatabaseUnavailable`.
    """

    _audit = rows_of("audit")
    _contacts = rows_of("contacts")

    async def read(self, since: datetime) -> Mapping[str, str]:
        """By contact that was merged away since then, and still is: the contact that it is part of now."""
        into: dict[str, str] = {}
        async for lines in self._lines("merged", since):
            into |= await self._stubs([one for line in lines if (one := line.get("other"))])
        return {gone: _last(into, gone) for gone in into}

    async def changed(self, since: datetime) -> frozenset[str]:
        """All contacts that were merged or parted since then, on either side."""
        found: set[str] = set()
        for what in CHANGES:
            async for lines in self._lines(what, since):
                found.update(one for line in lines for one in (line.get("contact"), line.get("other")) if one)
        return frozenset(found)

    async def _lines(self, what: AuditKind, since: datetime) -> AsyncIterator[list[Document]]:
        """The lines of a kind since then, the last one first, so that those of years are not read."""
        fields = {"contact": 1, "other": 1, "at": 1}
        rows = self._audit.find({"what": what}, fields, hint="by_kind", batch_size=AT_A_TIME)
        rows = rows.sort("order", DESCENDING)
        while True:
            async with looking_at_all():
                lines = await rows.to_list(AT_A_TIME)
            if found := [line for line in lines if line["at"] >= since]:
                yield found
            if not lines or lines[-1]["at"] < since - CLOCKS_APART:
                return

    async def _stubs(self, contacts: Sequence[str]) -> Mapping[str, str]:
        where: Document = {"_id": {"$in": list(contacts)}, "to": {"$exists": True}}
        async with looking_at_all():
            found = await self._contacts.find(where, {"to": 1}).to_list(None)
        return {one["_id"]: one["to"] for one in found}


def _last(into: Mapping[str, str], gone: str) -> str:
    """The last contact of a chain of merges; a circle ends where it began."""
    seen = {gone}
    while (there := into.get(gone)) is not None and there not in seen:
        seen.add(there)
        gone = there
    return gone
