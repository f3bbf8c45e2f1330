"""Reads the counts by day of what happened in flows, and of promotions also over all days, for reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pymongo.errors import DuplicateKeyError

from bot.model.chat_figures import OF_STAFF, StaffCount
from bot.model.clerk import OfClerk, OfEveryStore, OfStores, SeenPeople
from bot.model.counts import OF_CLERKS, Count, PromotionDay, PromotionSum, StateCount
from bot.model.mark import Mark
from bot.store.codec.contact_fields import mark_from
from bot.store.counters.folding import ALL_DAYS, Folding, addition
from bot.store.database.mongo import Database, Document
from bot.store.database.scans import by_parts

TRIES = 3
"""Tries to insert the first count of a day, or to find the one another process has inserted."""


class Counts:
    """The collection `counts`: `{day, channel, flow, mark: [what, about…], n}`, one for each of a day.

    Every call raises `DatabaseUnavailable` when MongoDB is away.
    """

    def __init__(self, database: Database) -> None:
        self._folding = Folding(database)
        self._counts = database.collection("counts")
        self._contacts = database.collection("contacts")

    async def add(self, day: str, mark: Mark) -> None:
        """Count a mark that belongs to no known person, and so is on no timeline."""
        where, change = addition(day, mark, 1)
        for _ in range(TRIES):
            with suppress(DuplicateKeyError):  # another one was the first of the day
                await self._counts.update_one(where, change, upsert=True)
                return

    async def fold_all(self) -> None:
        """Add all rows that are not counted yet, for somebody who looks at the counts now."""
        await self._folding.all()

    async def since(self, day: str, flow: str) -> list[Count]:
        """What was counted of a flow from this day on; of the flow `""`: of rich menus."""
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
        found = await self._counts.find(where).sort("day", 1).to_list(None)
        return [count for document in found if (count := _count(document)) is not None]

    async def of_staff(self, day: str, until: str) -> list[StaffCount]:
        """What was counted of staff from this day up to that one. Times of answers are gathered by the
        database: a month of a large shop is tens of thousands of rows."""
        of = {"day": "$day", "channel": "$channel", "mark": {"$slice": ["$mark", _BEFORE_SECONDS]}}
        seconds = {"$arrayElemAt": ["$mark", _BEFORE_SECONDS]}
        asked: list[Document] = [
            {"$match": {"flow": OF_STAFF, "day": {"$gte": day, "$lte": until}}},
            {"$group": {"_id": of, "seconds": {"$push": seconds}, "n": {"$push": "$n"}}},
        ]
        found = await self._counts.aggregate(asked).to_list(None)
        return [one for document in found if (one := _staff_count(document)) is not None]

    async def by_store(self, day: str) -> Mapping[tuple[str, str], int]:
        """What was counted of clerks from this day on, by what it was and by store."""
        about = {"what": {"$arrayElemAt": ["$mark", 0]}, "store": {"$arrayElemAt": ["$mark", 2]}}
        where = {"flow": OF_CLERKS, "day": {"$gte": day}, "mark": {"$size": 3}}
        asked: list[Document] = [{"$match": where}, {"$group": {"_id": about, "n": {"$sum": "$n"}}}]
        rows = self._counts.aggregate(asked)
        return {(row["_id"]["what"], row["_id"]["store"]): row["n"] async for row in rows}

    async def of_promotions(self, kind: str, name: str = "") -> list[PromotionSum]:
        """What was counted of coupons, stamp cards, draws or referrals (`OF_…`), or of one of these, in all:
        by what it was, and by store, prize or reason."""
        where: Document = {"flow": kind, "day": ALL_DAYS, "mark": {"$size": 3}}
        if name:
            where["mark.1"] = name
        sums = Counter[tuple[str, str, str]]()
        async for row in self._counts.find(where, {"mark": 1, "n": 1}):
            what, of, part = row["mark"]
            sums[what, of, part] += row["n"]  # those of each channel
        return [PromotionSum(*one, number) for one, number in sums.items()]

    async def days_of_promotion(self, kind: str, name: str, day: str) -> list[PromotionDay]:
        """What was counted of one promotion (`kind`: `OF_…`) from this day on, by day and by what it was."""
        about = {"day": "$day", "what": {"$arrayElemAt": ["$mark", 0]}}
        where: Document = {"flow": kind, "day": {"$gte": day}, "mark.1": name}
        asked: list[Document] = [{"$match": where}, {"$group": {"_id": about, "n": {"$sum": "$n"}}}]
        return [PromotionDay(**row["_id"], number=row["n"]) async for row in self._counts.aggregate(asked)]

    async def people_in(self, flow: str) -> list[StateCount]:
        """Who is in a flow now, by channel and state; asked of the people themselves."""
        found: Counter[tuple[str, str, str | None]] = Counter()
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
"""An expression: whether a timer of this visit to a state is held by the brake, which stops its pushes."""
_HELD = {"$cond": [_BRAKED, "brake", {"$ifNull": ["$flows.held.by", None]}]}
"""An expression: what holds the person in the flow, as `held_by` of `bot.engine.flows.push_gate`, but not a
pause of the flow."""


def _people_in(flow: str, where: Document) -> list[Mapping[str, Any]]:
    group = {"channel": "$flows.ch", "state": "$flows.s", "held": _HELD}
    return [
        {"$match": {"flows.f": flow, **where}},
        {"$project": {"flows": 1, "timers": 1}},
        {"$unwind": "$flows"},
        {"$match": {"flows.f": flow}},
        {"$group": {"_id": group, "n": {"$sum": 1}}},
    ]


_BEFORE_SECONDS = 4
"""Parts of a mark of staff's answer before its seconds."""


def _staff_count(document: Document) -> StaffCount | None:
    of, numbers = document["_id"], document["n"]
    mark = mark_from([of["channel"], OF_STAFF, *of["mark"]])
    times = {int(one): n for one, n in zip(document["seconds"], numbers, strict=False) if one}
    return None if mark is None else StaffCount(of["day"], mark, sum(numbers), times)


def _count(document: Document) -> Count | None:
    mark = mark_from([document["channel"], document["flow"], *document["mark"]])
    return None if mark is None else Count(document["day"], mark, document["n"])
