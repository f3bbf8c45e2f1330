"""Reads rows of the timeline by time, of all people: for reports, which filter by person themselves."""

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
"""The smallest difference between two moments in MongoDB."""

_Crowds = Mapping[datetime, int]
"""The moments at which batches of broadcasts went out, and on how many people each has left a row then."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A row of the timeline: whose it is (`contact`), `what` happened, when, and which goals that reached."""

    id: str
    contact: str
    what: str
    at: datetime
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BegunRow:
    """A contact began a flow at a moment; `groups`: the contact's group in each split that the flow uses."""

    contact: str
    at: datetime
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order of a contact was paid, refunded in part, or called off (`what`); `at`: when oaflow learned
    that.

    `key` identifies the order. `amount` is what stays paid, as the shop wrote it, or empty. Of a paid order
    `placed` is when it was ordered; of others it is `at`.
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
        """The rows whose `what` is one of these, from one moment to another (both included).

        Most rows are those that broadcasts left, and all rows of a batch have one moment: the index by time
        skips these moments. Only where other rows have such a moment, too, all of its rows are read.
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
        """Filters that together find all rows of a span (`until` not included) but those that broadcasts
        left."""
        crowds = await self._crowds(since, until - INSTANT)
        filters: list[Document] = [{"at": {"$gte": since, "$lt": until, "$nin": list(crowds)}}]
        if among := await self._with_others(crowds):
            filters.append({"at": {"$in": among}, "what": {"$not": re.compile(f"^{SENT}: ")}})
        return filters

    async def sendings_between(self, since: datetime, until: datetime) -> list[str]:
        """The ids of the sendings of which a batch may have gone out in this span."""
        under_way = {"$or": [{"ended": {"$gte": since}}, {"ended": None}]}
        async with looking_at_all():
            found = await self._sendings.find({"fixed": {"$lte": until}, **under_way}, {"_id": 1}).to_list(
                None
            )
        return [one["_id"] for one in found]

    async def _crowds(self, since: datetime, until: datetime) -> _Crowds:
        """The moments of the batches of all broadcasts in this span, each with its number of rows."""
        found: Counter[datetime] = Counter()
        sendings = await self.sendings_between(since, until)
        where = {"sending": {"$in": sendings}, "at": {"$gte": since, "$lte": until}}
        async with looking_at_all():
            async for batch in self._batches.find(where, {"_id": 0, "at": 1, "reached": 1}):
                found[batch["at"]] += batch["reached"]
        return found

    async def _with_others(self, crowds: _Crowds) -> list[datetime]:
        """The moments at which there are more or fewer rows than the batches left; read from the index alone.

        A row of a batch that was erased since may hide another row of the same millisecond.
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
        """The rows that reached one of these goals, from one moment to another (both included)."""
        where: Document = {"g": {"$in": list(goals)}, "at": {"$gte": since, "$lte": until}}
        async for one in self._found(where, "of_goal"):
            yield one

    async def last_reached(
        self, goal: str, until: datetime | None = None, most: int = 0
    ) -> AsyncIterator[TimelineEntry]:
        """The rows that reached this goal until a moment (included), the last first; `most` of them, 0:
        all."""
        where: Document = {"g": goal} if until is None else {"g": goal, "at": {"$lte": until}}
        fields = {"contact": 1, "what": 1, "at": 1, "g": 1}
        rows = self._timeline.find(where, fields, hint="of_goal", batch_size=AT_A_TIME, limit=most)
        async for one in _each(rows.sort("at", -1)):
            yield TimelineEntry(one["_id"], one["contact"], one["what"], one["at"], tuple(one.get("g", ())))

    async def begun(self, name: str, since: datetime, until: datetime) -> AsyncIterator[BegunRow]:
        """The rows that began the flow whose beginnings are counted by this name, oldest first."""
        where: Document = {"g": name, "at": {"$gte": since, "$lte": until}}
        fields = {"contact": 1, "at": 1, "c": 1}
        rows = self._timeline.find(where, fields, hint="of_goal", batch_size=AT_A_TIME).sort("at", 1)
        async for one in _each(rows):
            yield BegunRow(one["contact"], one["at"], _groups(name, one.get("c")))

    async def orders(self, since: datetime, until: datetime) -> AsyncIterator[OrderRow]:
        """The orders that were paid, refunded or called off in this span (both ends included), oldest
        first."""
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
    """The group by split that the marks of a row, as `marks_document` writes them, name for this flow.

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
