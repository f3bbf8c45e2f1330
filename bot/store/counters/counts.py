"""Counts by day: rows of the timeline are added to them, each exactly once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from bot.model.clerk import OfClerk, OfEveryStore, OfStores, SeenPeople
from bot.model.counts import OF_CLERKS, Count, Mark, PromotionSum, StateCount, without_details
from bot.store.codec.contact_fields import counted_from, mark_from
from bot.store.database.bulk_commands import BY_ID
from bot.store.database.fast_operations import find, find_one
from bot.store.database.mongo import Database, Document, reaching
from bot.store.database.scans import by_parts

FOLDED = 250
"""Rows that are added at a time, so that webhooks are stored in between."""

_TIMELINE = {"_id": "timeline"}
_NOTHING: Document = {"number": 0, "rows": []}


class Folding:
    """The collections `counts` and `timeline`; `counting` has the rows that are being added, and a number.

    The additions, and which rows they are of, are one transaction, which grows the number. Only then, and
    outside of it, where that costs MongoDB less, each row is marked as counted; the next process resumes an
    interrupted marking. A process that has read rows which another has added meanwhile finds another number,
    and adds nothing. Every call raises `DatabaseUnavailable` when MongoDB is away.
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
            total.update((counted.day, without_details(mark)) for mark in counted.marks)
    changes = (addition(day, mark, number) for (day, mark), number in total.items())
    return [UpdateOne(where, change, upsert=True) for where, change in changes]


def addition(day: str, mark: Mark, number: int) -> tuple[Document, Document]:
    """The document of a day's count, and what makes it so many more."""
    new_row = {"day": day, "channel": mark.channel, "flow": mark.flow, "mark": [mark.what, *mark.about]}
    name = orjson.dumps([day, mark.channel, mark.flow, mark.what, *mark.about]).decode()
    return {"_id": name}, {"$inc": {"n": number}, "$setOnInsert": new_row}


TRIES = 3
"""Tries to be the first of a day, or to find who was."""


class Counts:
    """The collection `counts`: `{day, channel, flow, mark: [what, about…], n}`, one for each of a day.

    Every call raises `DatabaseUnavailable` when MongoDB is away.
    """

    def __init__(self, database: Database) -> None:
        self._folding = Folding(database)
        self._counts = database.collection("counts")
        self._contacts = database.collection("contacts")

    async def add(self, day: str, mark: Mark) -> None:
        """Count one thing that stands in nobody's timeline, for nobody knows whose it is."""
        where, change = addition(day, mark, 1)
        async with reaching():
            for _ in range(TRIES):
                with suppress(DuplicateKeyError):  # another one was the first of the day
                    await self._counts.update_one(where, change, upsert=True)
                    return

    async def fold_all(self) -> None:
        """Add all rows that are not counted yet, for somebody who looks at the counts now."""
        await self._folding.all()

    async def since(self, day: str, flow: str) -> list[Count]:
        """What was counted of a flow from this day on; of the flow `""`: of rich menus."""
        async with reaching():
            found = await self._counts.find({"flow": flow, "day": {"$gte": day}}).sort("day", 1).to_list(None)
        return [count for document in found if (count := _count(document)) is not None]

    async def of_clerks(self, day: str, seen: SeenPeople) -> list[Count]:
        """What was counted of clerks from this day on: of one, of what happened in some stores, of all."""
        where: Document = {"flow": OF_CLERKS, "day": {"$gte": day}}
        match seen:
            case OfClerk(number):
                where["mark.1"] = number
            case OfStores(names):
                where["mark.2"] = {"$in": list(names)}
            case OfEveryStore():
                pass
        async with reaching():
            found = await self._counts.find(where).sort("day", 1).to_list(None)
        return [count for document in found if (count := _count(document)) is not None]

    async def by_store(self, day: str) -> Mapping[tuple[str, str], int]:
        """What was counted of clerks from this day on, by what it was and by store."""
        about = {"what": {"$arrayElemAt": ["$mark", 0]}, "store": {"$arrayElemAt": ["$mark", 2]}}
        where = {"flow": OF_CLERKS, "day": {"$gte": day}, "mark": {"$size": 3}}
        asked: list[Document] = [{"$match": where}, {"$group": {"_id": about, "n": {"$sum": "$n"}}}]
        async with reaching():
            rows = self._counts.aggregate(asked)
            return {(row["_id"]["what"], row["_id"]["store"]): row["n"] async for row in rows}

    async def of_promotions(self, kind: str, day: str = "", name: str = "") -> list[PromotionSum]:
        """What was counted of coupons, stamp cards, draws or referrals (`OF_…`), or of one of these, from
        this day on: in all, by what it was, and by store, prize or reason."""
        about = {
            "what": {"$arrayElemAt": ["$mark", 0]},
            "name": {"$arrayElemAt": ["$mark", 1]},
            "part": {"$arrayElemAt": ["$mark", 2]},
        }
        where: Document = {"flow": kind, "day": {"$gte": day}, "mark": {"$size": 3}}
        if name:
            where["mark.1"] = name
        asked: list[Document] = [{"$match": where}, {"$group": {"_id": about, "n": {"$sum": "$n"}}}]
        async with reaching():
            return [
                PromotionSum(**row["_id"], number=row["n"]) async for row in self._counts.aggregate(asked)
            ]

    async def people_in(self, flow: str) -> list[StateCount]:
        """Who is in a flow now, by channel and state; asked of the people themselves."""
        found: Counter[tuple[str, str, str | None]] = Counter()
        async with reaching():
            for some in by_parts():
                async for row in self._contacts.aggregate(_people_in(flow, some)):
                    at = row["_id"]
                    found[at["channel"], at["state"], at.get("held")] += row["n"]
        here = [StateCount(channel, state, held, n) for (channel, state, held), n in found.items()]
        return sorted(here, key=lambda one: (one.channel, one.state, one.held or ""))


_BRAKED = {
    "$anyElementTrue": [
        {
            "$map": {
                "input": {"$ifNull": ["$timers", []]},
                "in": {
                    "$and": [
                        {"$eq": ["$$this.braked", True]},
                        {"$eq": ["$$this.f", "$flows.f"]},
                        {"$eq": ["$$this.ch", "$flows.ch"]},
                        {"$eq": ["$$this.v", "$flows.visit"]},
                    ]
                },
            }
        }
    ]
}
"""Whether pushes are stopped that a timer of this visit would bring: it is due, and moves nobody."""
_HELD = {"$cond": [_BRAKED, "brake", {"$ifNull": ["$flows.held.by", None]}]}
"""As `held_by` of `bot.engine.flows.push_gate` says it, but for flows that are paused."""


def _people_in(flow: str, where: Document) -> list[Mapping[str, Any]]:
    group = {"channel": "$flows.ch", "state": "$flows.s", "held": _HELD}
    return [
        {"$match": {"flows.f": flow, **where}},
        {"$project": {"flows": 1, "timers": 1}},
        {"$unwind": "$flows"},
        {"$match": {"flows.f": flow}},
        {"$group": {"_id": group, "n": {"$sum": 1}}},
    ]


def _count(document: Document) -> Count | None:
    mark = mark_from([document["channel"], document["flow"], *document["mark"]])
    return None if mark is None else Count(document["day"], mark, document["n"])
