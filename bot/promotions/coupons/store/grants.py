"""Coupons that are given: of a stock never one too many, no code twice, and asked again the same one."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from bot.model.short_code import code_key, in_halves, new_code
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.engine.requests import settled
from bot.promotions.coupons.model import CouponAnswer, CouponCounts, CouponRequest, GivenFor, Grant
from bot.store.codec.record import moment, number, text
from bot.store.counters.contended import LONGEST_PAUSE, finished
from bot.store.counters.same_people import same_people
from bot.store.database.bulk_commands import known_already
from bot.store.database.mongo import Collection, Database, Document

AT_ONCE = 100
"""Requests in one transaction."""
MAJORITY = ReadConcern("majority")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows say of some requests at one moment.

    `people`: by contact, the ids that are the same person. `room`: how many may still be given, `None`: as
    many as one likes. `is_counted`: whether the coupon has its counter yet.
    """

    people: Mapping[str, frozenset[str]]
    made: Mapping[str, Grant]
    of_person: Mapping[str, Sequence[Grant]]
    room: int | None
    is_counted: bool

    def answer(self, coupon: Coupon, asked: CouponRequest, more: int = 0) -> CouponAnswer | None:
        """What comes of a request; `None`: it is to be given. `more`: so many the person is about to get."""
        if (made := self.made.get(asked.id)) is not None:
            return CouponAnswer("given", made, self.room)
        return settled(coupon, asked, self.of_person.get(asked.contact, ()), self.room, more)

    def fitting(self, coupon: Coupon, asked: Iterable[CouponRequest]) -> Iterator[CouponRequest]:
        """Those that are to be given, first come first served, as far as there is room."""
        about, room = Counter[frozenset[str]](), self.room
        for one in asked:
            person = self.people[one.contact]
            if room != 0 and self.answer(coupon, one, about[person]) is None:
                about[person] += 1
                room = None if room is None else room - 1
                yield one


class Coupons:
    """The collections `coupons` (a counter for each), `coupon_codes` and `coupon_grants`.

    Every transaction of a coupon changes its counter, and so they come one after the other. Every call raises
    `DatabaseUnavailable`: also where somebody has died over that counter, until MongoDB frees it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counters = database.collection("coupons")
        self._codes = database.collection("coupon_codes")
        self._grants = database.collection("coupon_grants")
        self._contacts = database.collection("contacts")

    async def give(self, coupon: Coupon, asked: Sequence[CouponRequest]) -> Sequence[CouponAnswer]:
        """What comes of each of these requests, `AT_ONCE` at most. One that was granted before is again."""
        found: dict[str, CouponAnswer] = {}
        people = await same_people(self._contacts, {one.contact for one in asked})
        while rest := [*{one.id: one for one in asked if one.id not in found}.values()]:
            known = await self._known(coupon, rest, people)
            found |= {one.id: answer for one in rest if (answer := known.answer(coupon, one)) is not None}
            if waiting := [one for one in rest if one.id not in found]:
                if not known.is_counted:
                    await begin_counter(self._counters, coupon.name)
                granted = await self._granted(coupon, waiting, people)
                found |= granted
                if not granted and len(waiting) == len(rest):  # a majority does not know it yet
                    await asyncio.sleep(LONGEST_PAUSE)
        had = [one.grant.id for one in found.values() if one.result == "had" and one.grant is not None]
        holders = await self._holders(had)
        return [_own(found[one.id], holders, people[one.contact]) for one in asked]

    async def by_code(self, written: str) -> tuple[Grant, str] | None:
        """The grant of a code that is one person's own, however it is written, with the id of its holder.

        Whom it was given to, unless somebody else holds it: what came while two contacts were one stays with
        the first when they are parted.
        """
        key = code_key(written)
        code = await self._codes.find_one({"_id": key}) if key else None
        grant = None if code is None else await self._grants.find_one({"_id": code.get("grant")})
        if grant is None:
            return None
        holder = await self._contacts.find_one({"coupons.g": grant["_id"]}, {"_id": 1})
        return _grant(grant), grant["contact"] if holder is None else holder["_id"]

    async def of_person(self, coupon: str, contact: str) -> Sequence[Grant]:
        """All grants of a coupon that somebody was given and holds, the one that ends first at the head.

        Not those that stayed with somebody else when two contacts were parted.
        """
        person = (await same_people(self._contacts, {contact}))[contact]
        rows = self._grants.find({"coupon": coupon, "contact": {"$in": sorted(person)}})
        grants = [_grant(row) async for row in rows]
        holders = await self._holders([one.id for one in grants])
        theirs = [one for one in grants if holders.get(one.id, contact) in person]
        return sorted(theirs, key=lambda one: (one.until, one.at))

    async def left(self, names: Iterable[str]) -> Mapping[str, CouponCounts]:
        """What is counted of these coupons; of one that nothing is known of, nothing."""
        wanted = [*names]
        rows = {row["_id"]: row async for row in self._counters.find({"_id": {"$in": wanted}})}
        return {name: _counts(rows.get(name, {})) for name in wanted}

    async def granted(self, request: str) -> Grant | None:
        """What this request was given, as a majority knows it; `None`: nothing."""
        row = await self._grants.with_options(read_concern=MAJORITY).find_one({"_id": request})
        return None if row is None else _grant(row)

    async def given_for(self, what: GivenFor, most: int) -> Sequence[tuple[Grant, str]]:
        """The coupons that were given for this, the latest first, each with the id of its holder.

        Its kind has the index that this needs (`RowsPart.more_indexes`).
        """
        rows = self._grants.find({what.field: what.name}).sort("at", DESCENDING).limit(most)
        found = [(_grant(row), row["contact"]) async for row in rows]
        holders = await self._holders([grant.id for grant, _ in found])
        return [(grant, holders.get(grant.id, contact)) for grant, contact in found]

    # -- whose they are

    async def _holders(self, grants: Sequence[str]) -> Mapping[str, str]:
        """By grant, the contact that holds it by now."""
        if not grants:
            return {}
        rows = self._contacts.find({"coupons.g": {"$in": grants}}, {"coupons.g": 1})
        return {held["g"]: row["_id"] async for row in rows for held in row["coupons"]}

    async def _known(
        self,
        coupon: Coupon,
        asked: Sequence[CouponRequest],
        people: Mapping[str, frozenset[str]],
        session: Any = None,
    ) -> _Known:
        """In the transaction of a session, whose the counter is from now on; else as a majority knows it."""
        grants, of_this = self._grants, {"_id": coupon.name}
        if session is None:  # what is answered for good, no failover makes untrue
            grants = grants.with_options(read_concern=MAJORITY)
            counter = await self._counters.with_options(read_concern=MAJORITY).find_one(of_this)
        else:  # first, for all want it: who comes second tries again at once, and has done nothing in vain
            mine = {"$inc": {"flights": 1}}
            counter = await self._counters.find_one_and_update(of_this, mine, session=session)
        ids = sorted({id_ for one in asked for id_ in people[one.contact]})
        ways: list[Document] = [
            {"_id": {"$in": [one.id for one in asked]}},
            {"coupon": coupon.name, "contact": {"$in": ids}},
        ]
        rows = [row async for row in grants.find({"$or": ways}, session=session)]
        by_id = defaultdict[str, list[Grant]](list)
        for row in rows:
            if row["coupon"] == coupon.name:
                by_id[row["contact"]].append(_grant(row))
        of_person = {
            one.contact: [grant for id_ in people[one.contact] for grant in by_id[id_]] for one in asked
        }
        made = {row["_id"]: _grant(row) for row in rows}
        return _Known(people, made, of_person, _room(coupon, counter or {}), counter is not None)

    # -- giving

    async def _granted(
        self, coupon: Coupon, asked: Sequence[CouponRequest], people: Mapping[str, frozenset[str]]
    ) -> Mapping[str, CouponAnswer]:
        """Give to those who may have one, in one transaction; those who are left out are missing."""

        async def once() -> Mapping[str, CouponAnswer]:
            known = await self._known(coupon, asked, people, session)
            giving = [*known.fitting(coupon, asked)]
            codes = await self._taken_codes(coupon, giving, session)
            grants = {
                one.id: Grant(one.id, coupon.name, coupon.title, code, one.at, coupon.starts, until)
                for one, code in zip(giving, codes, strict=False)
                if (until := one.until) is not None
            }
            is_short = len(codes) < len(giving)  # somebody has removed codes by hand
            if not grants and not is_short:
                return {}
            if grants:
                documents = [_document(grants[one.id], one) for one in giving if one.id in grants]
                await self._grants.insert_many(documents, session=session)
            change: Document = {"$inc": {"n": len(grants)}}
            if is_short:
                change["$set"] = {"free": 0}
            elif coupon.source == "imported":
                change["$inc"]["free"] = -len(grants)
            await self._counters.update_one({"_id": coupon.name}, change, session=session)
            left = 0 if is_short else None if known.room is None else known.room - len(grants)
            return {id_: CouponAnswer("given", grant, left) for id_, grant in grants.items()}

        try:
            async with self._database.session() as session:
                return await finished(session, once)
        except BulkWriteError as error:  # a code that was made before, or somebody was faster with a grant
            known_already(error)
            return {}

    async def _taken_codes(
        self, coupon: Coupon, giving: Sequence[CouponRequest], session: Any
    ) -> Sequence[str]:
        """A code for each, as far as there are, as it is written; one person's own is theirs from now on."""
        if coupon.source == "fixed" or not giving:
            return [coupon.fixed or ""] * len(giving)
        if coupon.source == "made":
            texts = [in_halves(new_code()) for _ in giving]
            rows = [
                {"_id": code_key(code), "coupon": coupon.name, "text": code, "grant": one.id}
                for code, one in zip(texts, giving, strict=True)
            ]
            await self._codes.insert_many(rows, session=session)
            return texts
        free = self._codes.find({"coupon": coupon.name, "free": True}, session=session)
        found = await free.sort("n", ASCENDING).limit(len(giving)).to_list(len(giving))
        taking = [
            UpdateOne({"_id": row["_id"], "free": True}, {"$set": {"grant": one.id}, "$unset": {"free": ""}})
            for row, one in zip(found, giving, strict=False)
        ]
        if taking:
            await self._codes.bulk_write(taking, session=session)
        return [row["text"] for row in found]


async def begin_counter(counters: Collection, coupon: str) -> None:
    """Have a coupon counted: outside of a transaction, which who does so in the same moment would cost."""
    with suppress(DuplicateKeyError):
        await counters.update_one({"_id": coupon}, {"$setOnInsert": {"n": 0}}, upsert=True)


def _own(answer: CouponAnswer, holders: Mapping[str, str], person: Set[str]) -> CouponAnswer:
    """Of who had one: not the one that stayed with somebody else when two contacts were parted."""
    grant = answer.grant
    if grant is None or answer.result != "had" or holders.get(grant.id) in (None, *person):
        return answer
    return CouponAnswer("had", None, answer.left)


def _room(coupon: Coupon, counter: Mapping[str, Any]) -> int | None:
    left = [] if coupon.stock is None else [coupon.stock - (number(counter.get("n")) or 0)]
    if coupon.source == "imported":
        left.append(number(counter.get("free")) or 0)
    return max(0, min(left)) if left else None


def _counts(counter: Mapping[str, Any]) -> CouponCounts:
    unsure = number(counter.get("unsure")) or 0
    return CouponCounts(number(counter.get("n")) or 0, number(counter.get("free")), unsure)


def _document(grant: Grant, asked: CouponRequest) -> Document:
    starts: dict[str, datetime] = {} if grant.starts is None else {"starts": grant.starts}
    given_for = {} if asked.given_for is None else {asked.given_for.field: asked.given_for.name}
    return {
        **given_for,
        "_id": grant.id,
        "coupon": grant.coupon,
        "contact": asked.contact,
        "title": grant.title,
        "code": grant.code,
        "at": grant.at,
        "until": grant.until,
        **starts,
    }


def _grant(row: Mapping[str, Any]) -> Grant:
    return Grant(
        row["_id"],
        row["coupon"],
        text(row.get("title")) or "",
        text(row.get("code")) or "",
        row["at"],
        moment(row.get("starts")),
        row["until"],
        to=row["contact"],
    )
