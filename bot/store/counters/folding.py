"""Adds the marks of timeline rows to the counts by day, each row exactly once; those of promotions to sums,
too."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import orjson
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from bot.model.counts import PROMOTIONS, without_details
from bot.model.mark import Mark
from bot.store.codec.contact_fields import counted_from
from bot.store.database.bulk_commands import BY_ID
from bot.store.database.fast_operations import find, find_one
from bot.store.database.mongo import Document
from bot.store.repository import Repository, rows_of

FOLDED = 250
"""Rows that are added at a time, so that webhooks are stored in between."""
ALL_DAYS = None
"""In place of a day: the row is the sum of all days. A filter for days does not match it."""

_TIMELINE = {"_id": "timeline"}
_NOTHING: Document = {"number": 0, "rows": []}


class Folding(Repository):
    """The collections `counts` and `timeline`; `counting` has the rows that are being added, and a number.

    The additions, and which rows they are of, are one transaction, which grows the number. Only then, and
    outside of it, where that costs MongoDB less, each row is marked as counted; the next process resumes an
    interrupted marking. A process that has read rows which another has added meanwhile finds another number,
    and adds nothing. Every call raises `DatabaseUnavailable` when MongoDB is away.

    What is counted of promotions is added up over all days as well, or a page of them would read years.
    """

    _counts = rows_of("counts")
    _timeline = rows_of("timeline")
    _counting = rows_of("counting")

    async def all(self) -> None:
        """Add all rows that are not counted yet."""
        while await self._some():
            await self._database.give_way()

    async def _some(self) -> bool:
        """Add up to `FOLDED` of them; whether there may be more."""
        number = await self._end_what_was_begun()
        fields = {"d": 1, "c": 1}
        found = await find(self._database, "timeline", {"u": True}, fields, limit=FOLDED)
        if not found:
            return False
        if not await self._add(number, found):
            return True  # somebody else was faster
        await self._end_what_was_begun()
        return len(found) == FOLDED

    async def _end_what_was_begun(self) -> int:
        """Mark the rows added last as counted; the number of additions so far."""
        begun = await find_one(self._database, "counting", _TIMELINE)
        if begun is None:
            with suppress(DuplicateKeyError):  # another one was the first
                await self._counting.insert_one({**_TIMELINE, **_NOTHING})
            return 0
        if rows := begun["rows"]:
            where = {"_id": {"$in": rows}}
            await self._timeline.update_many(where, {"$unset": {"u": ""}}, hint=BY_ID)
            same = {**_TIMELINE, "number": begun["number"]}
            await self._counting.update_one(same, {"$set": {"rows": []}})
        return int(begun["number"])

    async def _add(self, number: int, rows: Sequence[Document]) -> bool:
        """Add these; `False`: the number is another one by now, and nothing was added."""
        additions = await asyncio.to_thread(_additions, rows)
        those = [row["_id"] for row in rows]

        async def once(session: Any) -> bool:
            change = {"$set": {"number": number + 1, "rows": those}}
            ours = {**_TIMELINE, "number": number, "rows": []}
            begun = await self._counting.update_one(ours, change, session=session)
            if begun.matched_count and additions:
                await self._counts.bulk_write(additions, ordered=False, session=session)
            return bool(begun.matched_count)

        return await self._database.transaction(once)


def _additions(documents: Sequence[Document]) -> list[UpdateOne]:
    total: Counter[tuple[str, Mark]] = Counter()
    for document in documents:
        counted = counted_from(document["_id"], document)
        if counted is not None:
            total.update((counted.day, without_details(mark)) for mark in counted.marks)
    sums: Counter[Mark] = Counter()
    for (_, mark), number in total.items():
        if mark.flow in PROMOTIONS:
            sums[mark] += number
    by_days = [upsert(day, mark, number) for (day, mark), number in total.items()]
    return [*by_days, *(upsert(ALL_DAYS, mark, number) for mark, number in sums.items())]


def upsert(day: str | None, mark: Mark, number: int) -> UpdateOne:
    """An `addition` to a row that may not be there yet."""
    where, change = addition(day, mark, number)
    return UpdateOne(where, change, upsert=True)


def addition(day: str | None, mark: Mark, number: int) -> tuple[Document, Document]:
    """The document of a day's count, or of all days, and what makes it so many more."""
    new_row = {"day": day, "channel": mark.channel, "flow": mark.flow, "mark": [mark.what, *mark.about]}
    name = orjson.dumps([day, mark.channel, mark.flow, mark.what, *mark.about]).decode()
    return {"_id": name}, {"$inc": {"n": number}, "$setOnInsert": new_row}
