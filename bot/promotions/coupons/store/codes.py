"""Codes that another system has made, imported to be given: each once, and none that reads like another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.errors import BulkWriteError

from bot.model.short_code import LONGEST, code_key
from bot.model.translatable import Translatable, tr
from bot.promotions.coupons.model import CodeRefused, CodesAdded
from bot.promotions.coupons.store.grants import begin_counter
from bot.store.counters.contended import finished
from bot.store.database.bulk_commands import known_already
from bot.store.database.mongo import Database, SynchronousCollection

AT_A_TIME = 1_000
"""Codes in one transaction."""


class CouponCodes:
    """The codes of `coupon_codes` that are `free` to be given, in their order `n`, or `unsure`.

    Every call raises `DatabaseUnavailable`, and may be made again then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counters = database.collection("coupons")
        self._codes = database.collection("coupon_codes")

    async def add(self, coupon: str, codes: Sequence[str], lines: Sequence[int] = ()) -> CodesAdded:
        """Make these codes free to be given; one that is there already, as it is written here, stays so.

        `lines`: which lines of a file they are (none: from the first on).
        """
        texts, refused, known = _read(codes, lines or range(1, len(codes) + 1))
        wanted, new = [*texts], 0
        await begin_counter(self._counters, coupon)
        for start in range(0, len(wanted), AT_A_TIME):
            some = {line: texts[line] for line in wanted[start : start + AT_A_TIME]}
            outcome: CodesAdded | None = None
            while outcome is None:
                outcome = await self._add(coupon, some)
            new, known = new + outcome.new, known + outcome.known
            refused += outcome.refused
        return CodesAdded(new, known, sorted(refused, key=lambda one: one.line))

    async def _add(self, coupon: str, texts: Mapping[int, str]) -> CodesAdded | None:
        """What came of these lines; `None`: somebody else has added one of them in this moment."""
        by_key = {code_key(text): line for line, text in texts.items()}

        async def once() -> CodesAdded:
            there = {
                row["_id"]: row
                async for row in self._codes.find({"_id": {"$in": [*by_key]}}, session=session)
            }
            counter = await self._counters.find_one({"_id": coupon}, session=session) or {}
            first = int(counter.get("imported", 0))
            new = [(key, line) for key, line in by_key.items() if key not in there]
            rows = [
                {"_id": key, "coupon": coupon, "text": texts[line], "free": True, "n": first + number}
                for number, (key, line) in enumerate(new)
            ]
            if rows:
                await self._codes.insert_many(rows, session=session)
                more = {"$inc": {"free": len(rows), "imported": len(rows)}}
                await self._counters.update_one({"_id": coupon}, more, session=session)
            refused = [
                CodeRefused(by_key[key], why)
                for key, row in there.items()
                if (why := _against(row, coupon, texts[by_key[key]])) is not None
            ]
            return CodesAdded(len(rows), len(there) - len(refused), refused)

        try:
            async with self._database.session() as session:
                return await finished(session, once)
        except BulkWriteError as error:
            known_already(error)
            return None

    async def confirm(self, coupon: str) -> int:
        """Make free again what a restore has made doubtful, for staff say so: how many codes."""
        confirmed, more = 0, True
        while more:
            more = bool(number := await self._confirm(coupon))
            confirmed += number
        return confirmed

    async def _confirm(self, coupon: str) -> int:
        async def once() -> int:
            unsure = self._codes.find({"coupon": coupon, "unsure": True}, {"_id": 1}, session=session)
            ids = [row["_id"] for row in await unsure.limit(AT_A_TIME).to_list(AT_A_TIME)]
            if ids:
                again = {"$set": {"free": True}, "$unset": {"unsure": ""}}
                await self._codes.update_many({"_id": {"$in": ids}}, again, session=session)
                counted = {"$inc": {"free": len(ids), "unsure": -len(ids)}}
                await self._counters.update_one({"_id": coupon}, counted, session=session)
            return len(ids)

        async with self._database.session() as session:
            return await finished(session, once)


def doubt_free_codes(counters: SynchronousCollection, codes: SynchronousCollection) -> None:
    """Of a database that was just restored: what was free then may have been given since. Blocks."""
    free = Counter[str]()
    for row in codes.aggregate([{"$match": {"free": True}}, {"$sortByCount": "$coupon"}]):
        free[row["_id"]] = row["count"]
    for coupon, number in free.items():
        there: dict[str, Any] = {"coupon": coupon, "free": True}
        codes.update_many(there, {"$set": {"unsure": True}, "$unset": {"free": ""}})
        counters.update_one({"_id": coupon}, {"$inc": {"free": -number, "unsure": number}})


def _read(codes: Sequence[str], numbers: Sequence[int]) -> tuple[dict[int, str], list[CodeRefused], int]:
    """The codes by their lines; what is refused of them; and how many stand there twice."""
    texts, refused, again = dict[int, str](), list[CodeRefused](), 0
    lines = dict[str, int]()
    for line, text in zip(numbers, codes, strict=True):
        key = code_key(text)
        if not key:
            refused.append(CodeRefused(line, tr("this is no code of 1 to {most} characters", most=LONGEST)))
        elif (first := lines.setdefault(key, line)) == line:
            texts[line] = text
        elif texts[first] == text:
            again += 1
        else:
            refused.append(CodeRefused(line, tr("this code reads like that of line {line}", line=first)))
    return texts, refused, again


def _against(row: Mapping[str, Any], coupon: str, text: str) -> Translatable | None:
    if row["coupon"] != coupon:
        return tr("another coupon has this code")
    return None if row["text"] == text else tr("this code reads like one that is there already")
