"""Removes rows whose time is over by the playbook's `privacy.keep`, some at a time, and counts them.

Every call raises `DatabaseUnavailable` when MongoDB is away, and may be made again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.model.retention import RowKind
from bot.store.counters.retention import RetentionRecord
from bot.store.database.bulk_commands import BY_ID
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.events.dead_letters import ASIDE

AT_ONCE = 500
"""Rows that are removed by one transaction."""
_FIRST = datetime(1, 1, 1, tzinfo=UTC)


class _Rows(NamedTuple):
    collection: str
    only: Mapping[str, Any]
    """The filter for rows of the kind in the collection."""
    ready: Mapping[str, Any]
    """The filter for those that may be removed: nothing is to be done with them any more."""


_ROWS: Mapping[RowKind, Sequence[_Rows]] = {
    "conversations": (_Rows("conversations", {}, {}), _Rows("conversation_files", {}, {})),
    "timeline": (_Rows("timeline", {}, {"u": {"$exists": False}}),),  # `u`: it is to be counted first
    "traces": (_Rows("trace", {}, {}),),
    "dead_letters": (_Rows("deadletters", {}, {}), _Rows("inbox", {"state": ASIDE}, {})),
}
"""The rows of each kind; all have the moment `at`."""


class ExpiredRows:
    """The collections that `privacy.keep` is about, except people (`LeftPeople`)."""

    def __init__(self, database: Database, record: RetentionRecord) -> None:
        self._database = database
        self._record = record

    async def remove(self, kind: RowKind, before: datetime, day: str, now: datetime) -> AsyncIterator[int]:
        """Remove the rows from before a moment, some at a time, and add their number to the day's in the same
        transaction; how many these were, each time.

        Each time goes on where the last one ended: an index begins with what was just removed for minutes.
        """
        for rows in _ROWS[kind]:
            since: datetime | None = _FIRST
            while since is not None:
                async with self._database.bulk():
                    number, since = await self._remove(kind, rows, since, before, day, now)
                if number:
                    yield number

    async def _remove(
        self, kind: RowKind, rows: _Rows, since: datetime, before: datetime, day: str, now: datetime
    ) -> tuple[int, datetime | None]:
        """How many rows were removed, and the moment from which there may be more; `None`: there are no
        more."""
        where: Document = {**rows.only, **rows.ready, "at": {"$gte": since, "$lt": before}}
        collection = self._database.collection(rows.collection)
        oldest = collection.find(where, {"at": 1}).sort("at", 1).limit(AT_ONCE)
        found = await oldest.to_list(None)
        if not found:
            return 0, None
        ids = [one["_id"] for one in found]

        async def once(session: Any) -> int:
            these: Document = {**rows.only, **rows.ready, "_id": {"$in": ids}}
            gone = await collection.delete_many(these, hint=BY_ID, session=session)
            if gone.deleted_count:
                await self._record.add_within(day, now, kind, gone.deleted_count, session)
            return gone.deleted_count

        number: int = await self._database.transaction(once)
        return number, found[-1]["at"] if len(found) == AT_ONCE else None

    async def count(self, kind: RowKind, before: datetime) -> int:
        """How many rows are from before a moment."""
        number = 0
        for rows in _ROWS[kind]:
            where = {**rows.only, "at": {"$lt": before}}
            async with looking_at_all():
                number += await self._database.collection(rows.collection).count_documents(where)
        return number

    async def oldest(self, kind: RowKind) -> datetime | None:
        """The moment of the oldest row."""
        found: list[datetime] = []
        for rows in _ROWS[kind]:
            first = self._database.collection(rows.collection).find(dict(rows.only), {"at": 1})
            found += [one["at"] for one in await first.sort("at", 1).limit(1).to_list(None)]
        return min(found, default=None)
