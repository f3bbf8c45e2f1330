"""Who waits at the door of a state, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.store.codec.documents import timers_from
from bot.store.database.mongo import Database, Document, reaching


class HeldByBrake(NamedTuple):
    """A person whom the brake holds. `dues`: when what it holds was due, or will be."""

    contact: str
    dues: tuple[datetime, ...]


class HeldPeople:
    """The collection `contacts`, by `held_by_quota` and `held_by_brake`. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._contacts = database.collection("contacts")

    async def parts_by_quota(self, parts: Sequence[int], channel: str) -> list[int]:
        """Those of these parts in which anybody waits on this channel for the month's messages."""
        where = {"part": {"$in": list(parts)}, **waiting(channel)}
        async with reaching():
            return sorted(await self._contacts.distinct("part", where))

    async def by_quota(self, part: int, channel: str, after: str, most: int) -> list[str]:
        """Up to so many contacts of a part who wait there, behind this one, in the order of their ids."""
        where = {"part": part, "_id": {"$gt": after}, **waiting(channel)}
        async with reaching():
            found = self._contacts.find(where, {"_id": 1}).sort("_id", 1).limit(most)
            return [document["_id"] async for document in found]

    async def parts_by_brake(self, parts: Sequence[int]) -> list[int]:
        """Those of these parts in which the brake holds anybody."""
        async with reaching():
            return sorted(
                await self._contacts.distinct("part", {"part": {"$in": list(parts)}, "braked": True})
            )

    async def by_brake(self, part: int, after: str, most: int) -> list[HeldByBrake]:
        """Up to so many contacts of a part whom the brake holds, behind this one, in the order of ids."""
        where = {"part": part, "_id": {"$gt": after}, "braked": True}
        async with reaching():
            found = self._contacts.find(where, {"timers": 1}).sort("_id", 1).limit(most).hint("held_by_brake")
            return [_held(document) async for document in found]

    async def how_many_by_brake(self) -> int:
        """How many people the brake holds."""
        async with reaching():
            return await self._contacts.count_documents({"braked": True}, hint="held_by_brake")


def _held(document: Document) -> HeldByBrake:
    timers = timers_from(document)
    return HeldByBrake(document["_id"], tuple(timer.due for timer in timers if timer.braked))


def waiting(channel: str) -> Document:
    """The filter for whoever waits on this channel for the month's messages."""
    return {"flows.held.by": "quota", "flows": {"$elemMatch": {"ch": channel, "held.by": "quota"}}}
