"""Rows of the timeline are added to the counts, each exactly once, whoever dies over it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import orjson
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from bot.model.mark import Mark
from bot.store.codec.mark_document import counted_from
from bot.store.database.many import BY_ID
from bot.store.database.mongo import Database, Document, reaching
from bot.store.database.per_event import find, find_one

FOLDED = 250
"""Rows that are added at a time, so that webhooks are stored in between."""

_TIMELINE = {"_id": "timeline"}
_NOTHING: Document = {"number": 0, "rows": []}


class Folding:
    """The collections `counts` and `timeline`; `counting` has the rows that are being added, and a number.

    The additions, and which rows they are of, are one transaction, which grows the number. Only then, and
    outside of it, where that costs MongoDB less, each row is told that it is counted; whoever comes next goes
    on with that. Who has read rows that somebody else has added meanwhile finds another number, and adds
    nothing. Every call raises `DatabaseUnavailable` when MongoDB is away.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._client = database.client
        self._give_way = database.give_way
        self._counts = database.collection("counts")
        self._timeline = database.collection("timeline")
        self._counting = database.collection("counting")

    async def all(self) -> None:
        """Add all rows that are not counted yet."""
        async with reaching():
            while await self._some():
                await self._give_way()

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
        """Say of rows that are added that they are; the number as it is."""
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
        number: int = begun["number"]
        return number

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

        async with await self._client.start_session() as session:
            added: bool = await session.with_transaction(once)
        return added


def _additions(documents: Sequence[Document]) -> list[UpdateOne]:
    total: Counter[tuple[str, Mark]] = Counter()
    for document in documents:
        counted = counted_from(document["_id"], document)
        if counted is not None:
            total.update((counted.day, mark) for mark in counted.marks)
    changes = (addition(day, mark, number) for (day, mark), number in total.items())
    return [UpdateOne(where, change, upsert=True) for where, change in changes]


def addition(day: str, mark: Mark, number: int) -> tuple[Document, Document]:
    """The document of a day's count, and what makes it so many more."""
    told = {"day": day, "channel": mark.channel, "flow": mark.flow, "mark": [mark.what, *mark.about]}
    name = orjson.dumps([day, mark.channel, mark.flow, mark.what, *mark.about]).decode()
    return {"_id": name}, {"$inc": {"n": number}, "$setOnInsert": told}
