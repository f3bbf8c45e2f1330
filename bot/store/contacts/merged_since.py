"""Who was merged into whom, for who reads what lies back: rows stay with the contact that did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.store.database.mongo import Database, Document, looking_at_all

AT_A_TIME = 5_000


class MergedSince:
    """Asks the audit log, which knows of each merge, then what is left of those contacts.

    Raises `DatabaseUnavailable`.
    """

    def __init__(self, database: Database) -> None:
        self._audit = database.collection("audit")
        self._contacts = database.collection("contacts")

    async def read(self, since: datetime) -> Mapping[str, str]:
        """Of who was merged away since then, and still is, which contact they are part of now."""
        into: dict[str, str] = {}
        where: Document = {"what": "merged", "at": {"$gte": since}}
        rows = self._audit.find(where, {"contact": 1, "other": 1}, hint="by_kind", batch_size=AT_A_TIME)
        while True:
            async with looking_at_all():
                lines = await rows.to_list(AT_A_TIME)
            if not lines:
                break
            into |= await self._stubs([one for line in lines if (one := line.get("other"))])
        return {gone: _last(into, gone) for gone in into}

    async def _stubs(self, contacts: Sequence[str]) -> Mapping[str, str]:
        where: Document = {"_id": {"$in": list(contacts)}, "to": {"$exists": True}}
        async with looking_at_all():
            found = await self._contacts.find(where, {"to": 1}).to_list(None)
        return {one["_id"]: one["to"] for one in found}


def _last(into: Mapping[str, str], gone: str) -> str:
    """Where a way of merges ends; it may go through several, and in no circle."""
    seen = {gone}
    while (there := into.get(gone)) is not None and there not in seen:
        seen.add(there)
        gone = there
    return gone
