"""One-time codes in MongoDB: how often one may be sent, and how often one may be guessed.

Every rule is one operation on one document, so that any number of processes cannot race it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo import DESCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from bot.model.issued_code import (
    DAY,
    FIRST_OF_USER,
    FIRST_TO_PHONE,
    OF_PHONE,
    CodeRequest,
    Compared,
    DayCount,
    Issued,
    IssuedBefore,
    Limits,
    TooMany,
    TooSoon,
    judged,
    no_room,
)
from bot.model.one_time_code import BETWEEN, TRIES, VALID, network_of, pace
from bot.model.processes import part_of
from bot.store.counters.code_limits import AskingFull, AskingPace, CodeDays
from bot.store.counters.rate_limits import KeyedCounts, holds, room_from
from bot.store.database.mongo import Database, Document
from bot.store.keyed_ids import SENT_TO_PHONE, SENT_TO_PHONE_OF_USER
from bot.store.sealing.seal import Seal

KEPT = DAY
"""How long a code is stored, so that a request repeated after a crash is recognized."""


@dataclass(frozen=True, slots=True)
class CodeRecipient:
    """A contact that codes were sent to within a day, and how many."""

    contact: str
    codes: int


@dataclass(frozen=True, slots=True)
class CodeNetwork:
    """A network (`203.0.113.0/24`) at which pages asked for codes within a day, and how many."""

    network: str
    codes: int


class Codes:
    """The collections `codes` and `code_limits`. May raise `DatabaseUnavailable`.

    A code is stored as its HMAC with the key ring's pepper, its phone sealed, its user as a blind index.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._codes = database.collection("codes")
        limits = database.collection("code_limits")
        self._of_phone = KeyedCounts(limits, seal, SENT_TO_PHONE, OF_PHONE)
        self._first_to_phone = KeyedCounts(limits, seal, SENT_TO_PHONE, FIRST_TO_PHONE)
        self._first_of_user = KeyedCounts(limits, seal, SENT_TO_PHONE_OF_USER, FIRST_OF_USER)
        self._pace = AskingPace(limits, seal)
        self._days = CodeDays(limits)
        self._seal = seal

    async def issue(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore | TooSoon | TooMany:
        """Count a sending and make its code; `IssuedBefore`: this request has one, else why there is no
        room."""
        if await self._codes.find_one({"_id": wanted.call}) is not None:
            return IssuedBefore()
        counted = await self._count(wanted, now)
        return counted if not isinstance(counted, DayCount) else await self._make(wanted, counted, now)

    async def take_back(self, wanted: CodeRequest) -> None:
        """Delete and uncount a code that has certainly not been sent."""
        code = await self._codes.find_one({"_id": wanted.call})
        gone = await self._codes.delete_one({"_id": wanted.call})
        await self._uncount(wanted)
        if code is not None and gone.deleted_count:  # once: a crash may leave the day's count too high
            at = code["until"] - VALID
            await self._days.give_back(wanted.day, at, newcomer=wanted.newcomer, by=wanted.by)

    async def free(self, phone: str) -> int:
        """Forget what was sent to this phone (E.164), so that it may have codes again; how many."""
        return await self._of_phone.forget(phone)

    async def raise_cap(self, day: str, to: int, now: datetime) -> DayCount:
        """Let the team send `to` codes on its day (`YYYY-MM-DD`), where that is more than it may already.

        It holds for this day only, at once and in every process; nothing lowers a cap.
        """
        await self._days.raise_cap(day, to, now)
        return await self.sent_on(day)

    async def sent_on(self, day: str) -> DayCount:
        """How many codes were sent on a team's day, and what its cap was raised to."""
        return await self._days.count(day)

    async def networks(self, most: int) -> tuple[list[CodeNetwork], int]:
        """From which networks pages asked for codes within a day, first those with most; how many in all."""
        first, number = await self._most("$net", {"net": {"$type": "string"}}, most)
        return [CodeNetwork(*one) for one in first], number

    async def recipients(self, most: int) -> tuple[list[CodeRecipient], int]:
        """Whom codes were sent to within a day, first who had most, and how many people it were in all."""
        first, number = await self._most("$contact", {}, most)
        return [CodeRecipient(*one) for one in first], number

    async def _most(self, by: str, of: Document, most: int) -> tuple[list[tuple[str, int]], int]:
        each: Document = {"$group": {"_id": by, "codes": {"$sum": 1}}}
        first = [{"$sort": {"codes": DESCENDING, "_id": 1}}, {"$limit": most}]
        both = {"$facet": {"first": first, "all": [{"$count": "number"}]}}
        [found] = await self._codes.aggregate([{"$match": of}, each, both]).to_list(None)
        number = sum(one["number"] for one in found["all"])
        return [(one["_id"], one["codes"]) for one in found["first"]], number

    async def compare(self, call: str, contact: str, code: str, at: datetime) -> Compared:
        """Whether this is the code that the contact was sent last. A right one is good once.

        `call` is the id of the asking: the same one again counts once and gets the same answer. Tries are
        counted before anything is compared, so guessing side by side gives no more of them.
        """
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
        is_right = self._seal.is_hash_of(_code_message(tried["_id"], code), tried["digest"])
        settled = judged(tried["tries"], call, tried.get("used"), tried["until"], at, is_right=is_right)
        if settled is not None:
            return settled
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
        before = await self._days.count(wanted.day, now)
        most, newcomer = before.most(wanted.per_day), wanted.newcomer
        allowed = pace(before.this_hour, most, newcomer=newcomer)
        full = await self._pace.count(
            wanted.user, wanted.address, wanted.call, allowed, now, newcomer=newcomer
        )
        if full is not None:
            return await self._pause_or_more(full, had, wanted, now)
        taken = await self._days.take(wanted.day, wanted.per_day, now, newcomer=newcomer, by=wanted.by)
        return taken or no_room(await self._days.count(wanted.day, now), wanted, now)

    async def _uncount(self, wanted: CodeRequest) -> None:
        await self._first_of_user.uncount(_pair(wanted), wanted.call)
        await self._of_phone.uncount(wanted.phone, wanted.call)
        await self._pace.uncount(wanted.user, wanted.address, wanted.call, newcomer=wanted.newcomer)

    async def _sooner_or_more(
        self, had: Document, limits: Limits, wanted: CodeRequest, now: datetime
    ) -> TooSoon | TooMany:
        last = max(had["spent"], key=lambda one: one["at"])
        if last["at"] + BETWEEN <= now:
            return TooMany(room_from(had, limits), "phone")
        return await self._too_soon(last["at"] + BETWEEN, [last["id"]], wanted, now)

    async def _pause_or_more(
        self, full: AskingFull, had: Document, wanted: CodeRequest, now: datetime
    ) -> TooSoon | TooMany:
        if not full.paused:
            return TooMany(full.until, full.limit)
        sent_here = [one["id"] for one in had["spent"]]
        return replace(await self._too_soon(full.until, sent_here, wanted, now), limit=full.limit)

    async def _too_soon(
        self, until: datetime, sent: Sequence[str], wanted: CodeRequest, now: datetime
    ) -> TooSoon:
        """Of the codes `sent` to the phone the contact's latest that is still good is asked for again."""
        good = {
            "_id": {"$in": sent},
            "contact": wanted.contact,
            "used": None,
            "until": {"$gt": now},
            f"tries.{TRIES - 1}": {"$exists": False},
        }
        again = await self._codes.find_one_and_update(
            good, {"$set": {"expected": now}}, sort=[("expected", DESCENDING)]
        )
        return TooSoon(math.ceil((until - now).total_seconds()), waiting=again is not None)

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
                    "net": None if wanted.address is None else network_of(wanted.address),
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
        return self._seal.blind_index(_code_message(call, code))


def _pair(wanted: CodeRequest) -> str:
    return f"{wanted.user}\0{wanted.phone}"


def _code_message(call: str, code: str) -> str:
    return f"one-time code\0{call}\0{code}"


def _place(call: str) -> bytes:
    return f"codes\0{call}".encode()
