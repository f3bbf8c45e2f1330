"""Timeline rows of a span of time, of all people: for reports, which filter by person themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.model.counts import BEGUN, OF_GOALS, OF_ORDERS
from bot.model.mark import Mark
from bot.store.broadcasts.recipients import SENT
from bot.store.codec.contact_fields import mark_from
from bot.store.database.mongo import Document, looking_at_all
from bot.store.repository import Repository, rows_of

AT_A_TIME = 5_000
"""Rows that are read from the network at a time."""

INSTANT = timedelta(milliseconds=1)

_Crowds = Mapping[datetime, int]
"""The moments at which batches of broadcasts went out, and on how many people each has left a row then."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A row of the timeline: of which contact, what (as it is called there), when; goals it reached."""

    id: str
    contact: str
    what: str
    at: datetime
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BegunRow:
    """Somebody began a flow: which contact, when, and their group of each split that it asks for."""

    contact: str
    at: datetime
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order of a contact was paid, a part of it refunded, or all called off (`what`).

    `amount` is what stays paid, as it was written, or empty. `at` is when that was heard, `placed` when it
    was ordered.
    """

    contact: str
    at: datetime
    key: str
    amount: str
    placed: datetime
    what: Literal["paid", "partially_refunded", "called_off"]


class TimelineEntries(Repository):
    """The collection `timeline`, read by time. Every call raises `DatabaseUnavailable`."""

    _timeline = rows_of("timeline")
    _sendings = rows_of("sendings")
    _batches = rows_of("sending_batches")

    async def of(self, what: Sequence[str], since: datetime, until: datetime) -> AsyncIterator[TimelineEntry]:
        """What is called so, from one moment to another (both included).

        The index by time leads past what broadcasts have left on their people, most of what there is: rows of
        a batch share one moment. Only where others are at such a moment, too, all of it are read.
        """
        crowds = await self._crowds(since, until)
        called = {"what": {"$in": list(what)}}
        alone: Document = {"at": {"$gte": since, "$lte": until, "$nin": list(crowds)}, **called}
        async for one in self._found(alone, "life"):
            yield one
        if among := await self._with_others(crowds):
            async for one in self._found({"at": {"$in": among}, **called}, "life"):
                yield one

    async def past_broadcasts(self, since: datetime, until: datetime) -> list[Document]:
        """Filters that together find all rows of a span (the end not among it), and hardly any more, but what
        broadcasts have left."""
        crowds = await self._crowds(since, until - INSTANT)
        filters: list[Document] = [{"at": {"$gte": since, "$lt": until, "$nin": list(crowds)}}]
        if among := await self._with_others(crowds):
            filters.append({"at": {"$in": among}, "what": {"$not": re.compile(f"^{SENT}: ")}})
        return filters

    async def sendings_between(self, since: datetime, until: datetime) -> list[str]:
        """The sendings of which a batch may have gone out in this span."""
        under_way = {"$or": [{"ended": {"$gte": since}}, {"ended": None}]}
        async with looking_at_all():
            found = await self._sendings.find({"fixed": {"$lte": until}, **under_way}, {"_id": 1}).to_list(
                None
            )
        return [one["_id"] for one in found]

    async def _crowds(self, since: datetime, until: datetime) -> _Crowds:
        """Of all broadcasts of that time."""
        found: Counter[datetime] = Counter()
        sendings = await self.sendings_between(since, until)
        where = {"sending": {"$in": sendings}, "at": {"$gte": since, "$lte": until}}
        async with looking_at_all():
            async for batch in self._batches.find(where, {"_id": 0, "at": 1, "reached": 1}):
                found[batch["at"]] += batch["reached"]
        return found

    async def _with_others(self, crowds: _Crowds) -> list[datetime]:
        """The moments with another number of rows than the batches have left, by the index alone.

        A row erased since may hide one of another person of the same millisecond.
        """
        if not crowds:
            return []
        rows = {"$match": {"at": {"$in": list(crowds)}}}
        by_moment = {"$group": {"_id": "$at", "n": {"$sum": 1}}}
        async with looking_at_all():
            there = await self._timeline.aggregate([rows, by_moment], hint="life").to_list(None)
        return [one["_id"] for one in there if one["n"] != crowds[one["_id"]]]

    async def reached(
        self, goals: Sequence[str], since: datetime, until: datetime
    ) -> AsyncIterator[TimelineEntry]:
        """What reached one of these goals."""
        where: Document = {"g": {"$in": list(goals)}, "at": {"$gte": since, "$lte": until}}
        async for one in self._found(where, "of_goal"):
            yield one

    async def last_reached(
        self, goal: str, until: datetime | None = None, most: int = 0
    ) -> AsyncIterator[TimelineEntry]:
        """What reached this goal, the last first, until a moment (included); so many at most, of 0 all."""
        where: Document = {"g": goal} if until is None else {"g": goal, "at": {"$lte": until}}
        fields = {"contact": 1, "what": 1, "at": 1, "g": 1}
        rows = self._timeline.find(where, fields, hint="of_goal", batch_size=AT_A_TIME, limit=most)
        async for one in _each(rows.sort("at", -1)):
            yield TimelineEntry(one["_id"], one["contact"], one["what"], one["at"], tuple(one.get("g", ())))

    async def begun(self, name: str, since: datetime, until: datetime) -> AsyncIterator[BegunRow]:
        """What began a flow, counted by this name; the first before the others."""
        where: Document = {"g": name, "at": {"$gte": since, "$lte": until}}
        fields = {"contact": 1, "at": 1, "c": 1}
        rows = self._timeline.find(where, fields, hint="of_goal", batch_size=AT_A_TIME).sort("at", 1)
        async for one in _each(rows):
            yield BegunRow(one["contact"], one["at"], _groups(name, one.get("c")))

    async def orders(self, since: datetime, until: datetime) -> AsyncIterator[OrderRow]:
        """The orders that were paid, refunded or called off in this time (both ends included)."""
        where: Document = {"g": OF_ORDERS, "at": {"$gte": since, "$lte": until}}
        fields = {"contact": 1, "at": 1, "c": 1}
        rows = self._timeline.find(where, fields, hint="of_goal", batch_size=AT_A_TIME).sort("at", 1)
        async for one in _each(rows):
            for mark in filter(None, map(mark_from, one.get("c", ()))):
                match mark:
                    case Mark(flow="orders:", what="paid", about=(key, amount, placed)):
                        ordered = datetime.fromisoformat(placed)
                        yield OrderRow(one["contact"], one["at"], key, amount, ordered, "paid")
                    case Mark(flow="orders:", what="partially_refunded", about=(key, stays)):
                        yield OrderRow(one["contact"], one["at"], key, stays, one["at"], "partially_refunded")
                    case Mark(flow="orders:", what="called_off", about=(key,)):
                        yield OrderRow(one["contact"], one["at"], key, "", one["at"], "called_off")
                    case _:
                        pass

    async def _found(self, where: Document, index: str) -> AsyncIterator[TimelineEntry]:
        fields = {"contact": 1, "what": 1, "at": 1, "g": 1}
        rows = self._timeline.find(where, fields, hint=index, batch_size=AT_A_TIME)
        async for one in _each(rows):
            yield TimelineEntry(one["_id"], one["contact"], one["what"], one["at"], tuple(one.get("g", ())))


async def _each(rows: Any) -> AsyncIterator[Document]:
    while True:
        async with looking_at_all():  # the consumer of a row is not bound by this time limit
            some = await rows.to_list(AT_A_TIME)
        if not some:
            return
        for one in some:
            yield one


def _groups(name: str, marks: object) -> Mapping[str, str]:
    """What is said of groups beside the beginning of this flow: marks as `marks_document` writes them.

    No `Mark` is made of them: there is one of these rows for each person of a report.
    """
    found: dict[str, str] = {}
    for mark in marks if isinstance(marks, list) else ():
        match mark:
            case [_, str(flow), str(what), str(of), str(split), str(group)] if of == name:
                if flow == OF_GOALS and what == BEGUN:
                    found[split] = group
            case _:
                pass
    return found
