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

from bot.model.one_time_code import BETWEEN, PER_DAY, TRIES, VALID
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
    `per_day` codes may be sent at most, or more where its cap was raised.
    """

    call: str
    contact: str
    user: str
    phone: str = field(repr=False)
    day: str
    per_day: int = PER_DAY


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that is valid from now on, and is to be sent."""

    code: str = field(repr=False)


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
    """The phone, the person or the team has had as many as it may.

    `until`: from then on there may be another; `None`: when the team's day is over.
    """

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day of the team: the codes that were sent, and what its cap was raised to for this day, if it was."""

    sent: int
    cap: int | None = None


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
            refused = await self._count(wanted, now)
            return refused if refused is not None else await self._make(wanted, now)

    async def take_back(self, wanted: CodeRequest) -> None:
        """The code has certainly not been sent: it is good for nothing, and does not count."""
        async with reaching():
            gone = await self._codes.delete_one({"_id": wanted.call})
            await self._uncount(wanted)
            if gone.deleted_count:  # once: a crash may leave the day's count too high, never too low
                await self._limits.update_one({"_id": _day(wanted.day)}, {"$inc": {"count": -1}})

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
        return DayCount(found.get("count", 0), found.get("cap"))

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

    async def _count(self, wanted: CodeRequest, now: datetime) -> TooSoon | TooMany | None:
        refused = await self._refused(wanted, now)
        if refused is not None:
            await self._uncount(wanted)
        return refused

    async def _refused(self, wanted: CodeRequest, now: datetime) -> TooSoon | TooMany | None:
        """Why there is no room for it; what was counted before that is left counted."""
        first = await self._first_of_user.count(_pair(wanted), wanted.call, now)
        is_first = holds(first, wanted.call)
        limits, counts = (FIRST_TO_PHONE, self._first_to_phone) if is_first else (OF_PHONE, self._of_phone)
        had = await counts.count(wanted.phone, wanted.call, now)
        if not holds(had, wanted.call):
            return await self._sooner_or_more(had, limits, wanted, now)
        of_user = await self._of_user.count(wanted.user, wanted.call, now)
        if not holds(of_user, wanted.call):
            return TooMany(room_from(of_user, OF_USER))
        return None if await self._take_of_day(wanted, now) else TooMany()

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
            return TooMany(room_from(had, limits))
        good = {
            "_id": last["id"],
            "contact": wanted.contact,
            "used": None,
            f"tries.{TRIES - 1}": {"$exists": False},
        }
        again = await self._codes.update_one(good, {"$set": {"expected": now}})  # this one is asked for again
        return TooSoon(math.ceil(left), waiting=again.matched_count == 1)

    async def _take_of_day(self, wanted: CodeRequest, now: datetime) -> bool:
        key = _day(wanted.day)
        room = {"$expr": {"$lt": ["$count", {"$max": [wanted.per_day, "$cap"]}]}}

        async def take() -> bool:
            taken = await self._limits.update_one({"_id": key, **room}, {"$inc": {"count": 1}})
            return taken.modified_count == 1

        if await take():
            return True
        await self._begin_day(key, now)  # there was no room, or no day yet
        return await take()

    async def _begin_day(self, key: str, now: datetime) -> None:
        with suppress(DuplicateKeyError):  # another one was the first there
            new = {"count": 0, "until": now + 2 * DAY}
            await self._limits.update_one({"_id": key}, {"$setOnInsert": new}, upsert=True)

    async def _make(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore:
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
        return Issued(code)

    def _digest(self, call: str, code: str) -> str:
        return self._seal.blind_index(_told(call, code))


def _locked(code: Document, at: datetime) -> Compared:
    left = (code["until"] - VALID + BETWEEN - at).total_seconds()
    return Compared("locked", again_in=max(0, math.ceil(left)))


def _day(day: str) -> str:
    return f"day:{day}"


def _pair(wanted: CodeRequest) -> str:
    return f"{wanted.user}\0{wanted.phone}"


def _told(call: str, code: str) -> str:
    return f"one-time code\0{call}\0{code}"


def _place(call: str) -> bytes:
    return f"codes\0{call}".encode()
