"""How many one-time codes may be sent a day, and how fast they may be asked for."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.model.issued_code import DAY, OF_USER, DayCount, Limits
from bot.model.one_time_code import (
    BROUGHT,
    CALM,
    NEWCOMERS_AT_LEAST,
    NEWCOMERS_PER_DAY,
    NEWCOMERS_PER_HOUR,
    AskingSpeed,
    Bringer,
)
from bot.store.counters.rate_limits import KeyedCounts, holds, room_from
from bot.store.database.mongo import Collection, Document
from bot.store.keyed_ids import SENT_FROM, SENT_TO_USER
from bot.store.sealing.seal import Seal


class CodeDays:
    """How many codes were sent on each day, in `code_limits`."""

    def __init__(self, limits: Collection) -> None:
        self._limits = limits

    async def count(self, day: str, now: datetime | None = None) -> DayCount:
        """The codes sent on a day (YYYY-MM-DD); with `now` also those to newcomers within its hour (UTC)."""
        found = await self._limits.find_one({"_id": _row(day)}) or {}
        return _counted(found, "" if now is None else _hour(now))

    async def take(
        self, day: str, per_day: int, now: datetime, *, newcomer: bool, by: Bringer | None = None
    ) -> DayCount | None:
        """Count one more code on a day with a cap of `per_day`; the day's counts after it, `None`: no room.

        `by`: the clerk or member who has brought the newcomer.
        """
        room = {"_id": _row(day), "$expr": _has_room(per_day, now, by, newcomer=newcomer)}
        for _ in range(2):
            taken: Document | None = await self._limits.find_one_and_update(
                room, _one_code(now, 1, by, newcomer=newcomer), return_document=ReturnDocument.AFTER
            )
            if taken is not None:
                return _counted(taken, _hour(now))
            await self._begin(day, now)  # there was no room, or no day yet
        return None

    async def give_back(self, day: str, at: datetime, *, newcomer: bool, by: Bringer | None = None) -> None:
        """Uncount a code that was counted `at` that moment, and was not sent."""
        await self._limits.update_one({"_id": _row(day)}, _one_code(at, -1, by, newcomer=newcomer))

    async def raise_cap(self, day: str, to: int, now: datetime) -> None:
        """Raise the cap of this day to `to` codes; a higher one stays."""
        await self._begin(day, now)
        await self._limits.update_one({"_id": _row(day)}, {"$max": {"cap": to}})

    async def _begin(self, day: str, now: datetime) -> None:
        with suppress(DuplicateKeyError):  # another one was the first there
            new = {"count": 0, "until": now + 2 * DAY}
            await self._limits.update_one({"_id": _row(day)}, {"$setOnInsert": new}, upsert=True)


def _row(day: str) -> str:
    return f"day:{day}"


def _hour(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}"


def _of_one(at: datetime, by: Bringer) -> str:
    """The field that counts codes of newcomers brought by one clerk or member in this hour; hashed, as a
    clerk's number may be any text."""
    return f"{by.kind}s.{_hour(at)}.{hashlib.blake2s(by.code.encode(), digest_size=8).hexdigest()}"


def _one_code(at: datetime, number: int, by: Bringer | None, *, newcomer: bool) -> Document:
    """The day's counts with one code more, or less (-1)."""
    counts = ["count", *(("newcomers", f"hours.{_hour(at)}") if newcomer else ())]
    if newcomer and by is not None:
        counts.append(_of_one(at, by))
    return {"$inc": dict.fromkeys(counts, number)}


def _has_room(per_day: int, now: datetime, by: Bringer | None, *, newcomer: bool) -> Document:
    """An expression: whether a day has room for one more code in this hour.

    Newcomers have a share of the day and of the hour; those brought `by` somebody have a further one.
    """
    most: Document = {"$max": [per_day, "$cap"]}

    def is_less(count: str, bound: Document) -> Document:
        return {"$lt": [{"$ifNull": [count, 0]}, bound]}

    def share(of: float) -> Document:
        return {"$ceil": {"$multiply": [most, of]}}

    room = [is_less("$count", most)]
    if newcomer:
        in_hour: Document = {"$max": [NEWCOMERS_AT_LEAST, share(NEWCOMERS_PER_HOUR)]}
        this_hour = f"$hours.{_hour(now)}"
        theirs: Document = {
            "$and": [is_less("$newcomers", share(NEWCOMERS_PER_DAY)), is_less(this_hour, in_hour)]
        }
        if by is not None:
            beyond = BROUGHT[by.kind]
            more = {"$round": {"$multiply": [in_hour, beyond.in_hour]}}
            brought = [
                is_less("$newcomers", share(beyond.per_day)),
                is_less(this_hour, {"$add": [in_hour, more]}),
                is_less(f"${_of_one(now, by)}", {"$literal": beyond.of_one}),
            ]
            theirs = {"$or": [theirs, {"$and": brought}]}
        room.append(theirs)
    return {"$and": room}


def _counted(day: Document, hour: str) -> DayCount:
    in_hour = day.get("hours", {}).get(hour, 0)
    return DayCount(day.get("count", 0), day.get("cap"), day.get("newcomers", 0), in_hour)


MINUTE = timedelta(minutes=1)
OF_ADDRESS: Limits = ((MINUTE, CALM.from_address),)
"""Codes that pages at one internet address may ask for, in a calm hour."""

Asking: TypeAlias = Literal["person", "address"]
"""What a limit is for: a LINE user, or an internet address."""


@dataclass(frozen=True, slots=True)
class AskingFull:
    """A limit that is reached, and until when (UTC). `paused`: that is soon enough for the person to wait."""

    limit: Asking
    until: datetime
    paused: bool


class AskingPace:
    """Codes by keyed hashes of LINE users and addresses, in `code_limits`.

    At an address newcomers are counted by themselves: a crowd of them keeps nobody else out there.
    """

    def __init__(self, limits: Collection, seal: Seal) -> None:
        self._of_user = KeyedCounts(limits, seal, SENT_TO_USER, OF_USER)
        self._from_address = KeyedCounts(limits, seal, SENT_FROM, OF_ADDRESS)

    async def count(
        self, user: str, address: str | None, call: str, pace: AskingSpeed, now: datetime, *, newcomer: bool
    ) -> AskingFull | None:
        """Count a request for a code; `None`: there is room. Else what was counted for it stays: see
        `uncount`."""
        limits = (*OF_USER, (pace.pause, 1)) if pace.pause else OF_USER
        of_user = await self._of_user.count(user, call, now, limits)
        if not holds(of_user, call):
            until = room_from(of_user, limits)
            return AskingFull("person", until, until <= now + pace.pause)
        if address is None:
            return None
        limits = ((MINUTE, pace.from_address),)
        at_address = await self._from_address.count(_place(address, newcomer), call, now, limits)
        return None if holds(at_address, call) else AskingFull("address", room_from(at_address, limits), True)

    async def uncount(self, user: str, address: str | None, call: str, *, newcomer: bool) -> None:
        """Uncount a request for a code, as no code is sent."""
        await self._of_user.uncount(user, call)
        if address is not None:
            await self._from_address.uncount(_place(address, newcomer), call)


def _place(address: str, newcomer: bool) -> str:
    return f"{address}\0newcomer" if newcomer else address
