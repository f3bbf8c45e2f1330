"""One-time codes in MongoDB: how often one may be sent, and how often one may be guessed.

Every rule is one operation on one document, so that any number of processes cannot race it.
"""

from __future__ import annotations

import math
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pymongo import DESCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.model.one_time_code import (
    BETWEEN,
    NEWCOMERS_AT_LEAST,
    NEWCOMERS_PER_DAY,
    NEWCOMERS_PER_HOUR,
    PER_DAY,
    TRIES,
    VALID,
)
from bot.model.part import part_of
from bot.store.counters.counting import KeyedCounts, Limits, holds, room_from
from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.keyed_ids import SENT_TO_PHONE, SENT_TO_PHONE_OF_USER, SENT_TO_USER
from bot.store.sealing.seal import Seal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = DAY
"""How long a code is remembered, so that what is carried out again after a crash is known again."""

OF_PHONE: Limits = ((BETWEEN, 1), (HOUR, 3), (DAY, 5))
"""Codes to one phone, for who has asked for one to it within a day."""
FIRST_TO_PHONE: Limits = ((BETWEEN, 1), (DAY, 10))
"""The same for who has not: what others have asked for keeps nobody from a first try, up to a day's bound."""
FIRST: Limits = ((DAY, 1),)
OF_USER: Limits = ((DAY, 5),)


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A code that is to be sent to `phone` (E.164), for this contact, asked by this LINE user.

    `call` is the id of the asking: the same one again is the same code. `day` is the team's day, of which
    `per_day` codes may be sent at most, or more where its cap was raised. `newcomer`: has been a friend for
    less than `NEWCOMER`.
    """

    call: str
    contact: str
    user: str
    phone: str = field(repr=False)
    day: str
    per_day: int = PER_DAY
    newcomer: bool = False


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day of the team: the codes that were sent, and what its cap was raised to for this day, if it was.

    `newcomers`: those of them that went to newcomers; `this_hour`: of these, within the hour of the last one.
    """

    sent: int
    cap: int | None = None
    newcomers: int = 0
    this_hour: int = 0

    def most(self, per_day: int) -> int:
        """How many codes may be sent on it."""
        return max(per_day, self.cap or 0)


@dataclass(frozen=True, slots=True)
class CodeRecipient:
    """A contact that codes were sent to within a day, and how many."""

    contact: str
    codes: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that is valid from now on, and is to be sent; `today` is the team's day with it."""

    code: str = field(repr=False)
    today: DayCount


@dataclass(frozen=True, slots=True)
class IssuedBefore:
    """This very asking has got its code already: sending it again would be a second SMS."""


@dataclass(frozen=True, slots=True)
class TooSoon:
    """One was sent to this phone less than a minute ago; `seconds` until the next.

    `waiting`: it was sent to this very contact, and is still good. Else it is used, guessed away, or somebody
    else's: nothing that this person could write would be right.
    """

    seconds: int
    waiting: bool = True


@dataclass(frozen=True, slots=True)
class TooMany:
    """The phone, the person, the team, or its newcomers have had as many as they may.

    `until`: from then on there may be another; `None`: when the team's day is over.
    """

    until: datetime | None = None
    who: Literal["phone", "person", "team", "newcomers"] = "team"


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a code that somebody wrote; `phone` is what a right one proves.

    `left`: how many tries there still are after a wrong one. `again_in`: seconds until there may be another
    code for the phone, after one was guessed away.
    """

    result: Literal["right", "wrong", "locked", "expired"]
    phone: str | None = field(default=None, repr=False)
    left: int = 0
    again_in: int = 0


class Codes:
    """The collections `codes` and `code_limits`. May raise `DatabaseUnavailable`.

    A code is kept as its HMAC with the key ring's pepper, its phone sealed, whoever asked as a blind index.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._codes = database.collection("codes")
        self._limits = database.collection("code_limits")
        self._of_phone = KeyedCounts(self._limits, seal, SENT_TO_PHONE, OF_PHONE)
        self._first_to_phone = KeyedCounts(self._limits, seal, SENT_TO_PHONE, FIRST_TO_PHONE)
        self._first_of_user = KeyedCounts(self._limits, seal, SENT_TO_PHONE_OF_USER, FIRST)
        self._of_user = KeyedCounts(self._limits, seal, SENT_TO_USER, OF_USER)
        self._seal = seal

    async def issue(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore | TooSoon | TooMany:
        """Count this sending, and make its code, unless it is too early or one too many."""
        async with reaching():
            if await self._codes.find_one({"_id": wanted.call}) is not None:
                return IssuedBefore()
            counted = await self._count(wanted, now)
            return counted if not isinstance(counted, DayCount) else await self._make(wanted, counted, now)

    async def take_back(self, wanted: CodeRequest) -> None:
        """The code has certainly not been sent: it is good for nothing, and does not count."""
        async with reaching():
            code = await self._codes.find_one({"_id": wanted.call})
            gone = await self._codes.delete_one({"_id": wanted.call})
            await self._uncount(wanted)
            if code is not None and gone.deleted_count:  # once: a crash may leave the day's count too high
                one_less = _one_code(wanted, code["until"] - VALID, -1)
                await self._limits.update_one({"_id": _day(wanted.day)}, one_less)

    async def free(self, phone: str) -> int:
        """Forget what was sent to this phone (E.164), so that it may have codes again; how many."""
        async with reaching():
            return await self._of_phone.forget(phone)

    async def raise_cap(self, day: str, to: int, now: datetime) -> DayCount:
        """Let the team send `to` codes on its day (`YYYY-MM-DD`), where that is more than it may already.

        It holds for this day only, at once and in every process; nothing lowers a cap.
        """
        async with reaching():
            await self._begin_day(_day(day), now)
            await self._limits.update_one({"_id": _day(day)}, {"$max": {"cap": to}})
        return await self.sent_on(day)

    async def sent_on(self, day: str) -> DayCount:
        """How many codes were sent on a team's day, and what its cap was raised to."""
        async with reaching():
            found = await self._limits.find_one({"_id": _day(day)}) or {}
        return _counted(found)

    async def recipients(self, most: int) -> tuple[list[CodeRecipient], int]:
        """Whom codes were sent to within a day, first who had most, and how many people it were in all."""
        each: Document = {"$group": {"_id": "$contact", "codes": {"$sum": 1}}}
        first = [{"$sort": {"codes": DESCENDING, "_id": 1}}, {"$limit": most}]
        both = {"$facet": {"first": first, "all": [{"$count": "people"}]}}
        async with reaching():
            [found] = await self._codes.aggregate([each, both]).to_list(None)
        people = sum(one["people"] for one in found["all"])
        return [CodeRecipient(one["_id"], one["codes"]) for one in found["first"]], people

    async def compare(self, call: str, contact: str, code: str, at: datetime) -> Compared:
        """Whether this is the code that the contact was sent last. A right one is good once.

        `call` is the id of the asking: the same one again counts once and gets the same answer. Tries are
        counted before anything is compared, so guessing side by side gives no more of them.
        """
        async with reaching():
            mine = {"part": part_of(contact), "contact": contact}
            sent = await self._codes.find(mine).sort("expected", DESCENDING).to_list(None)
            known = next((one for one in sent if call in one["tries"]), sent[0] if sent else None)
            if known is None or known["until"] <= at:
                return Compared("expired")
            tried = await self._codes.find_one_and_update(
                {
                    "_id": known["_id"],
                    "used": None,
                    "tries": {"$ne": call},
                    f"tries.{TRIES - 1}": {"$exists": False},
                },
                {"$push": {"tries": call}},
                return_document=ReturnDocument.AFTER,
            ) or await self._codes.find_one({"_id": known["_id"]})
            if tried is None:  # it ended while we looked
                return Compared("expired")
            return await self._judged(tried, call, code, at)

    async def _judged(self, tried: Document, call: str, code: str, at: datetime) -> Compared:
        if call not in tried["tries"]:
            return _locked(tried, at) if tried.get("used") is None else Compared("expired")
        if not self._seal.is_hash_of(_told(tried["_id"], code), tried["digest"]):
            left = TRIES - 1 - tried["tries"].index(call)
            return Compared("wrong", left=left) if left else _locked(tried, at)
        if tried.get("used") != call:
            used = await self._codes.update_one({"_id": tried["_id"], "used": None}, {"$set": {"used": call}})
            if used.modified_count == 0 and not await self._codes.find_one(
                {"_id": tried["_id"], "used": call}
            ):
                return Compared("expired")
        return Compared("right", self._seal.open(tried["phone"], _place(tried["_id"])).decode())

    async def _count(self, wanted: CodeRequest, now: datetime) -> TooSoon | TooMany | DayCount:
        """Count it everywhere, or nowhere; the day with it, or why there is no room for it."""
        counted = await self._counted_up_to(wanted, now)
        if not isinstance(counted, DayCount):
            await self._uncount(wanted)
        return counted

    async def _counted_up_to(self, wanted: CodeRequest, now: datetime) -> TooSoon | TooMany | DayCount:
        """Where there is no room for it, what was counted before that is left counted."""
        first = await self._first_of_user.count(_pair(wanted), wanted.call, now)
        is_first = holds(first, wanted.call)
        limits, counts = (FIRST_TO_PHONE, self._first_to_phone) if is_first else (OF_PHONE, self._of_phone)
        had = await counts.count(wanted.phone, wanted.call, now)
        if not holds(had, wanted.call):
            return await self._sooner_or_more(had, limits, wanted, now)
        of_user = await self._of_user.count(wanted.user, wanted.call, now)
        if not holds(of_user, wanted.call):
            return TooMany(room_from(of_user, OF_USER), "person")
        return await self._take_of_day(wanted, now)

    async def _uncount(self, wanted: CodeRequest) -> None:
        await self._first_of_user.uncount(_pair(wanted), wanted.call)
        await self._of_phone.uncount(wanted.phone, wanted.call)
        await self._of_user.uncount(wanted.user, wanted.call)

    async def _sooner_or_more(
        self, had: Document, limits: Limits, wanted: CodeRequest, now: datetime
    ) -> TooSoon | TooMany:
        last = max(had["spent"], key=lambda one: one["at"])
        left = (last["at"] + BETWEEN - now).total_seconds()
        if left <= 0:
            return TooMany(room_from(had, limits), "phone")
        good = {
            "_id": last["id"],
            "contact": wanted.contact,
            "used": None,
            f"tries.{TRIES - 1}": {"$exists": False},
        }
        again = await self._codes.update_one(good, {"$set": {"expected": now}})  # this one is asked for again
        return TooSoon(math.ceil(left), waiting=again.matched_count == 1)

    async def _take_of_day(self, wanted: CodeRequest, now: datetime) -> TooMany | DayCount:
        key, hour = _day(wanted.day), _hour(now)

        async def take() -> Document | None:
            return await self._limits.find_one_and_update(
                {"_id": key, "$expr": _has_room(wanted, hour)},
                _one_code(wanted, now, 1),
                return_document=ReturnDocument.AFTER,
            )

        taken = await take()
        if taken is None:  # there was no room, or no day yet
            await self._begin_day(key, now)
            taken = await take()
        if taken is not None:
            return _counted(taken, hour)
        day = await self._limits.find_one({"_id": key}) or {}
        return _no_room(_counted(day, hour), wanted, now)

    async def _begin_day(self, key: str, now: datetime) -> None:
        with suppress(DuplicateKeyError):  # another one was the first there
            new = {"count": 0, "until": now + 2 * DAY}
            await self._limits.update_one({"_id": key}, {"$setOnInsert": new}, upsert=True)

    async def _make(self, wanted: CodeRequest, today: DayCount, now: datetime) -> Issued | IssuedBefore:
        code = f"{secrets.randbelow(1_000_000):06d}"
        try:
            await self._codes.insert_one(
                {
                    "_id": wanted.call,
                    "part": part_of(wanted.contact),
                    "contact": wanted.contact,
                    "phone": self._seal.seal(wanted.phone.encode(), _place(wanted.call)),
                    "digest": self._digest(wanted.call, code),
                    "expected": now,
                    "until": now + VALID,
                    "tries": [],
                    "forget": now + KEPT,
                }
            )
        except DuplicateKeyError:
            return IssuedBefore()
        return Issued(code, today)

    def _digest(self, call: str, code: str) -> str:
        return self._seal.blind_index(_told(call, code))


def _locked(code: Document, at: datetime) -> Compared:
    left = (code["until"] - VALID + BETWEEN - at).total_seconds()
    return Compared("locked", again_in=max(0, math.ceil(left)))


def _day(day: str) -> str:
    return f"day:{day}"


def _hour(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}"


def _one_code(wanted: CodeRequest, at: datetime, number: int) -> Document:
    """The day's counts with one code more, or less (-1)."""
    counts = ["count", *(("newcomers", f"hours.{_hour(at)}") if wanted.newcomer else ())]
    return {"$inc": dict.fromkeys(counts, number)}


def _has_room(wanted: CodeRequest, hour: str) -> Document:
    """Whether a day has room for this one in this hour."""
    most: Document = {"$max": [wanted.per_day, "$cap"]}

    def is_less(count: str, bound: Document) -> Document:
        return {"$lt": [{"$ifNull": [count, 0]}, bound]}

    def share(of: float) -> Document:
        return {"$ceil": {"$multiply": [most, of]}}

    room = [is_less("$count", most)]
    if wanted.newcomer:
        in_hour: Document = {"$max": [NEWCOMERS_AT_LEAST, share(NEWCOMERS_PER_HOUR)]}
        room += [is_less("$newcomers", share(NEWCOMERS_PER_DAY)), is_less(f"$hours.{hour}", in_hour)]
    return {"$and": room}


def _no_room(day: DayCount, wanted: CodeRequest, now: datetime) -> TooMany:
    """What is used up: the whole day, the newcomers' share of it, or their share of this hour."""
    most = day.most(wanted.per_day)
    if not wanted.newcomer or day.sent >= most:
        return TooMany()
    if day.newcomers >= math.ceil(most * NEWCOMERS_PER_DAY):
        return TooMany(who="newcomers")
    next_hour = now.replace(minute=0, second=0, microsecond=0) + HOUR
    return TooMany(next_hour, "newcomers")


def _counted(day: Document, hour: str = "") -> DayCount:
    in_hour = day.get("hours", {}).get(hour, 0)
    return DayCount(day.get("count", 0), day.get("cap"), day.get("newcomers", 0), in_hour)


def _pair(wanted: CodeRequest) -> str:
    return f"{wanted.user}\0{wanted.phone}"


def _told(call: str, code: str) -> str:
    return f"one-time code\0{call}\0{code}"


def _place(call: str) -> bytes:
    return f"codes\0{call}".encode()
