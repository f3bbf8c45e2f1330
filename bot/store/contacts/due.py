"""Finds contacts whose timers are due, and those that wait for the month's messages or for the brake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.model.processes import PARTS
from bot.store.codec.documents import timers_from
from bot.store.database.mongo import Collection, Document
from bot.store.repository import Repository

Waiting = tuple[datetime, str]
"""When the next timer of a contact is due, and the contact's id: ordered as the pages are."""

INDEX = "due"
"""The index named in each query (hint): MongoDB would scan contacts by id where many have one moment."""

PARTS_AT_ONCE = 128
"""MongoDB merges what an index has in order for at most 200 values of its first field, and sorts beyond it.

`internalQueryMaxScansToExplode`, https://www.mongodb.com/docs/manual/reference/parameters/
"""

_Span = tuple[Document, list[tuple[str, int]]]


async def due_after(
    contacts: Collection, parts: Sequence[int], after: Waiting | None, until: datetime, limit: int
) -> list[Waiting]:
    """The first `limit` contacts of these parts that come after `after` and are due by `until`.

    Fewer than `limit`: there are no more. Raises `DatabaseUnavailable`.
    """
    found: list[Waiting] = []
    for start in range(0, len(parts), PARTS_AT_ONCE):
        some = {"part": {"$in": list(parts[start : start + PARTS_AT_ONCE])}}
        found += await _page(contacts, some, after, until, limit)
    return sorted(found)[:limit]


async def _page(
    contacts: Collection, some: Document, after: Waiting | None, until: datetime, limit: int
) -> list[Waiting]:
    page: list[Waiting] = []
    for span, order in _spans(after, until):
        if len(page) < limit:
            rows = contacts.find(
                {**some, **span}, {"due": 1}, sort=order, limit=limit - len(page), hint=INDEX
            )
            page += [(row["due"], row["_id"]) async for row in rows]
    return page


def _spans(after: Waiting | None, until: datetime) -> Iterator[_Span]:
    """The filters and orders of one or two queries that each read the index in order: first what is due at
    the moment of `after`, then what is due later."""
    if after is None:
        yield {"due": {"$lte": until}}, [("due", 1), ("_id", 1)]
    else:
        moment, contact = after
        yield {"due": moment, "_id": {"$gt": contact}}, [("_id", 1)]
        yield {"due": {"$gt": moment, "$lte": until}}, [("due", 1), ("_id", 1)]


class HeldByBrake(NamedTuple):
    """A contact with timers that the brake holds (pushes are stopped); `dues`: when each of these is due."""

    contact: str
    dues: tuple[datetime, ...]


class HeldPeople(Repository, collection="contacts"):
    """The collection `contacts`, by `held_by_quota`, `held_by_brake` and `due`. May raise
    `DatabaseUnavailable`."""

    async def parts_by_quota(self, parts: Sequence[int], channel: str) -> list[int]:
        """Those of these parts in which a contact waits on this channel for the month's messages."""
        where = {"part": {"$in": list(parts)}, **waiting(channel)}
        return sorted(await self._rows.distinct("part", where))

    async def by_quota(self, part: int, channel: str, after: str, most: int) -> list[str]:
        """Up to `most` contacts of a part that wait on this channel, after this id, in order of ids."""
        where = {"part": part, "_id": {"$gt": after}, **waiting(channel)}
        found = self._rows.find(where, {"_id": 1}).sort("_id", 1).limit(most)
        return [document["_id"] async for document in found]

    async def parts_by_brake(self, parts: Sequence[int]) -> list[int]:
        """Those of these parts in which the brake holds anybody."""
        return sorted(await self._rows.distinct("part", {"part": {"$in": list(parts)}, "braked": True}))

    async def by_brake(self, part: int, after: str, most: int) -> list[HeldByBrake]:
        """Up to so many contacts of a part whom the brake holds, behind this one, in the order of ids."""
        where = {"part": part, "_id": {"$gt": after}, "braked": True}
        found = self._rows.find(where, {"timers": 1}).sort("_id", 1).limit(most).hint("held_by_brake")
        return [_held(document) async for document in found]

    async def how_many_by_brake(self) -> int:
        """How many people the brake holds."""
        return await self._rows.count_documents({"braked": True}, hint="held_by_brake")

    async def how_many_due(self, until: datetime, most: int) -> int:
        """How many people have a timer that was due by then and that nothing holds, counted up to so many."""
        where = {"part": {"$in": list(range(PARTS))}, "due": {"$lte": until}}
        return await self._rows.count_documents(where, hint=INDEX, limit=most)


def _held(document: Document) -> HeldByBrake:
    timers = timers_from(document)
    return HeldByBrake(document["_id"], tuple(timer.due for timer in timers if timer.braked))


def waiting(channel: str) -> Document:
    """The filter for contacts that wait on this channel for the month's messages."""
    return {"flows.held.by": "quota", "flows": {"$elemMatch": {"ch": channel, "held.by": "quota"}}}
