"""Who waits for a place on a full day, in order: each is offered one once, and no place goes to two (N5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from bot.promotions.appointments.engine.slots import Taken
from bot.promotions.appointments.model import HeldAppointment, PlaceOffer, PlaceWish, WaitingPerson
from bot.store.counters.same_people import same_people
from bot.store.database.mongo import Database, Document

SENT_TOGETHER = 100
"""Offers that are read at a time, to be sent."""


class PlaceWishes:
    """The collection `place_wishes`: a row for each wish, which is never removed before its day is over.

    It waits (`waits`), or is done: offered a place, or left. An offer has the `cells` of its place until it
    lapses, and place and cell are unique: two processes cannot offer one to two people. Every call raises
    `DatabaseUnavailable`, and changes nothing more when made again: `offer` then gives `False`.
    """

    def __init__(self, database: Database) -> None:
        self._rows = database.collection("place_wishes")
        self._contacts = database.collection("contacts")

    async def join(self, wish: PlaceWish, contact: str, channel: str, until: datetime) -> PlaceWish:
        """Wait until the day is over, with this wish alone; the same one again keeps its place in line."""
        before = await self._waiting(contact, wish.service, wish.day)
        same = next((row for row in before if row["wanted"] == wish.wanted), None)
        if same is not None and same["_id"] != wish.id:
            return _wish(same)
        row: Document = {
            "_id": wish.id,
            "service": wish.service,
            "title": wish.title,
            "day": wish.day,
            "wanted": wish.wanted,
            "contact": contact,
            "channel": channel,
            "at": wish.since,
            "until": until,
            "waits": True,
        }
        with suppress(DuplicateKeyError):  # this call was made before
            await self._rows.insert_one(row)
        await self._end([row["_id"] for row in before if row["_id"] != wish.id])
        return wish

    async def leave(self, contact: str, service: str, day: str) -> None:
        """Wait no more: only wishes that are there by now are ended, however late the write comes."""
        await self._end([row["_id"] for row in await self._waiting(contact, service, day)])

    async def end(self, wish: str) -> None:
        """This one waits no more."""
        await self._end([wish])

    async def days(self, service: str, first: str) -> Sequence[str]:
        """The days from this one on for which somebody waits."""
        where = {"service": service, "waits": True, "day": {"$gte": first}}
        return sorted(await self._rows.distinct("day", where))

    async def in_line(self, service: str, day: str) -> AsyncIterator[WaitingPerson]:
        """Who waits for a day, the first first."""
        where = {"service": service, "waits": True, "day": day}
        async for row in self._rows.find(where).sort([("at", ASCENDING), ("_id", ASCENDING)]):
            yield _waiting_person(row)

    async def was_notified_since(self, waiting: WaitingPerson) -> bool:
        """Whether the same person was told of a place, by another wish for that day, after this one."""
        wish = waiting.wish
        where = {**await self._of(waiting.contact, wish.service, wish.day), "told": {"$gte": wish.since}}
        return await self._rows.find_one(where) is not None

    async def offer(self, waiting: WaitingPerson, held: HeldAppointment, cells: range, now: datetime) -> bool:
        """Offer the place to this person; `False`: they wait no more, or others have an offer of it."""
        offer = {"place": held.place, "start": held.start, "end": held.end, "cells": [*cells], "told": now}
        where = {"_id": waiting.wish.id, "waits": True}
        try:
            done = await self._rows.update_one(
                where, {"$set": {**offer, "unsent": True}, "$unset": {"waits": ""}}
            )
        except DuplicateKeyError:
            return False
        return done.matched_count == 1

    async def unsent(self) -> Sequence[PlaceOffer]:
        """Offers that are perhaps not sent yet: a batch of them."""
        rows = self._rows.find({"unsent": True}).limit(SENT_TOGETHER)
        return [PlaceOffer(_waiting_person(row), _held(row)) async for row in rows]

    async def mark_sent(self, wish: str) -> None:
        """The event that tells its person of the offer is stored."""
        await self._rows.update_one({"_id": wish}, {"$unset": {"unsent": ""}})

    async def lapse(self, service: str, until: datetime) -> None:
        """End the offers made at `until` or before: the next in line can be offered the place."""
        where = {"service": service, "cells": {"$exists": True}, "told": {"$lte": until}}
        await self._rows.update_many(where, {"$unset": {"cells": ""}})

    async def offered(self, places: Sequence[str], cells: range) -> Taken:
        """Which of these cells of places are offered to somebody."""
        where: Document = {
            "place": {"$in": [*places]},
            "cells": {"$elemMatch": {"$gte": cells.start, "$lt": cells.stop}},
        }
        found = defaultdict[str, set[int]](set)
        async for row in self._rows.find(where, {"place": 1, "cells": 1}):
            found[row["place"]].update(row["cells"])
        return found

    async def _waiting(self, contact: str, service: str, day: str) -> list[Any]:
        where = {**await self._of(contact, service, day), "waits": True}
        return [row async for row in self._rows.find(where)]

    async def _of(self, contact: str, service: str, day: str) -> Document:
        person = (await same_people(self._contacts, {contact}))[contact]
        return {"contact": {"$in": sorted(person)}, "service": service, "day": day}

    async def _end(self, ids: Sequence[str]) -> None:
        if ids:
            where = {"_id": {"$in": [*ids]}, "waits": True}
            await self._rows.update_many(where, {"$unset": {"waits": ""}})


def _wish(row: Any) -> PlaceWish:
    return PlaceWish(row["_id"], row["service"], row["title"], row["day"], row["at"], row["wanted"])


def _waiting_person(row: Any) -> WaitingPerson:
    return WaitingPerson(_wish(row), row["contact"], row["channel"])


def _held(row: Any) -> HeldAppointment:
    return HeldAppointment(
        *(row["_id"], row["service"], row["title"], row["place"], row["start"], row["end"])
    )
