"""Stores how many rows were removed by day and kind because their time was over (`privacy.keep`).

And after how many days people who left may be erased, as staff have confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DESCENDING

from bot.model.retention import KINDS, PEOPLE, DayOfRetention, RetainedKind
from bot.store.codec.record import number
from bot.store.database.mongo import Document
from bot.store.repository import Repository

_DAYS: Document = {"day": {"$exists": True}}


class RetentionRecord(Repository, collection="retention"):
    """The collection `retention`: a document for each day on which something was removed, and one that says
    what is confirmed.
    """

    async def add_within(self, day: str, at: datetime, kind: RetainedKind, more: int, session: Any) -> None:
        """So many more of a kind are removed, in this session's transaction."""
        change = {"$inc": {f"removed.{kind}": more}, "$setOnInsert": {"day": day, "at": at}}
        await self._rows.update_one({"_id": day}, change, upsert=True, session=session)

    async def days(self, since: datetime) -> list[DayOfRetention]:
        """The days from a moment on, the last one first."""
        found = self._rows.find({**_DAYS, "at": {"$gte": since}}).sort("day", DESCENDING)
        return [_day(row) for row in await found.to_list(None)]

    async def confirmed(self) -> int | None:
        """After how many days people who left may be erased, whatever their number; `None`: after none."""
        row = await self._rows.find_one({"_id": PEOPLE})
        return None if row is None else number(row.get("days"))

    async def confirm(self, days: int | None) -> None:
        """Confirm that people who left may be erased after so many days, or more; `None`: not at all."""
        if days is None:
            await self._rows.delete_one({"_id": PEOPLE})
        else:
            await self._rows.update_one({"_id": PEOPLE}, {"$set": {"days": days}}, upsert=True)

    async def unaudited(self, before: str) -> Sequence[DayOfRetention]:
        """The days before this one of which the audit log has no line yet."""
        found = self._rows.find({"day": {"$lt": before}, "audited": {"$exists": False}})
        return [_day(row) for row in await found.sort("day", 1).to_list(None)]

    async def note_audited(self, day: str) -> None:
        """The audit log has the line of this day."""
        await self._rows.update_one({"_id": day}, {"$set": {"audited": True}})


def _day(row: Mapping[str, Any]) -> DayOfRetention:
    removed = row.get("removed", {})
    return DayOfRetention(row["day"], row["at"], {kind: removed[kind] for kind in KINDS if kind in removed})
