"""Members of shops in MongoDB: records of shops that are lists, and contacts that are members of a shop."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import orjson
from pymongo import ASCENDING, DeleteMany, ReplaceOne

from bot.model.shop import MemberRecord
from bot.model.stored import Stored
from bot.store.codec.documents import stored_from
from bot.store.codec.record import inner, text
from bot.store.database.mongo import Document, looking_at_all
from bot.store.repository import SealedRepository
from bot.store.sealing.private import PrivateFields, all_hashed

MOST = 20
"""Records that are read for one number or phone, at most: more have it by mistake."""


class MemberRecords(SealedRepository, collection="member_records"):
    """The collection `member_records`: `{_id, shop, contact, p: {phone, member_no}, s}`.

    `p` are keyed hashes, the values lie sealed in `s`, with the list's own `fields`.
    """

    async def by_phone(self, shop: str, phone: str) -> list[MemberRecord]:
        """Those of a shop who have this phone (E.164)."""
        found = await self._having([phone], [])
        return [one for one in found if (one.shop, one.phone) == (shop, phone)]

    async def by_number(self, shop: str, number: str) -> list[MemberRecord]:
        """Those of a shop of this number; two only where two imports were under way at once."""
        found = await self._having([], [number])
        return [one for one in found if (one.shop, one.member_no) == (shop, number)]

    async def keep(
        self, shop: str, records: Sequence[MemberRecord], shared: Collection[str] = frozenset()
    ) -> int:
        """Store these records of a shop's members, each found by number, or by phone where it has none.

        Returns how many are new, changed or doubles. No record is found by a phone in `shared`.
        """
        phones = {one.phone for one in records if one.phone is not None and one.phone not in shared}
        numbers = {one.member_no for one in records if one.member_no is not None}
        known = [one for one in await self._having(phones, numbers) if one.shop == shop]
        writes: list[ReplaceOne[Document] | DeleteMany] = []
        for record in records:
            same = [one for one in known if _is_same(one, record)]
            first = same[0] if same else replace(record, id=uuid4().hex)
            after = _with(first, record)
            if not same or after != first:
                writes.append(ReplaceOne({"_id": first.id}, self._document(after), upsert=True))
            if doubles := [one.id for one in same[1:]]:
                writes.append(DeleteMany({"_id": {"$in": doubles}}))
        if writes:
            await self._rows.bulk_write(writes, ordered=False)
        return len(writes)

    async def _having(self, phones: Collection[str], numbers: Collection[str]) -> list[MemberRecord]:
        """Those of any shop: a value may have another hash by each key, and the same at each shop."""
        asked = {"p.phone": phones, "p.member_no": numbers}
        ways = [
            {path: {"$in": [hash_ for one in values for hash_ in all_hashed(one, self._seal.blind_indexes)]}}
            for path, values in asked.items()
            if values
        ]
        if not ways:
            return []
        found = self._rows.find({"$or": ways}).sort("_id", 1)
        return [self._read(one) for one in await found.to_list(MOST * (len(phones) + len(numbers)))]

    def _document(self, record: MemberRecord) -> Document:
        privacy = PrivateFields(self._seal, record.id)
        values = {"phone": record.phone, "member_no": record.member_no}
        there = {key: value for key, value in values.items() if value is not None}
        return {
            "_id": record.id,
            "shop": record.shop,
            "contact": record.contact,
            "p": {key: privacy.hashed(value) for key, value in there.items()},
            "s": {
                "p": {key: privacy.seal({"v": value}, f"p.{key}") for key, value in there.items()},
                "fields": privacy.seal({"v": orjson.dumps(record.fields).decode()}, "fields"),
            },
        }

    def _read(self, document: Mapping[str, Any]) -> MemberRecord:
        privacy, sealed = PrivateFields(self._seal, document["_id"]), inner(document, "s")
        private = inner(sealed, "p")

        def opened(key: str) -> str | None:
            return text(privacy.open(private.get(key), f"p.{key}").get("v"))

        fields = text(privacy.open(sealed.get("fields"), "fields").get("v"))
        return MemberRecord(
            document["shop"],
            document["contact"],
            opened("phone"),
            opened("member_no"),
            orjson.loads(fields) if fields else {},
            document["_id"],
        )


def _with(known: MemberRecord, update: MemberRecord) -> MemberRecord:
    """The record with this update; empty fields of the update change nothing."""
    return replace(
        known,
        contact=update.contact,
        phone=update.phone or known.phone,
        member_no=update.member_no or known.member_no,
        fields={**known.fields, **{key: value for key, value in update.fields.items() if value != ""}},
    )


def _is_same(known: MemberRecord, update: MemberRecord) -> bool:
    """Whether both are one member: of one number, or of one phone where one of them has no number."""
    if known.shop != update.shop:
        return False
    if known.member_no is not None and update.member_no is not None:
        return known.member_no == update.member_no
    return update.phone is not None and known.phone == update.phone


PAGE = 500
"""Contacts of one page."""


@dataclass(frozen=True, slots=True)
class MembersCounted:
    """Numbers of a shop's people: all, those bound (by phone or by its login), and by slot those with an
    attribute."""

    people: int
    bound: int
    having: Mapping[str, int]


class ShopMembers(SealedRepository, collection="contacts"):
    """The collection `contacts`."""

    async def bound(self, shop: str) -> int:
        """How many people are bound as members of this shop: by phone, or by its own login."""
        bound = [{"b.phone": {"$exists": True}}, {"b.shop": {"$exists": True}}]
        async with looking_at_all():
            return int(await self._rows.count_documents({**_of(shop), "$or": bound}))

    async def counted(self, shop: str, slots: Sequence[str]) -> MembersCounted:
        """Everybody whom we know to be of this shop, and who has each of these attributes: in one walk."""
        having = {f"n{place}": _number(_is_there(slot)) for place, slot in enumerate(slots)}
        bound = _number({"$or": [_is_there("b.phone"), _is_there("b.shop")]})
        group: Document = {"_id": None, "people": {"$sum": 1}, "bound": bound, **having}
        async with looking_at_all():
            rows = await self._rows.aggregate([{"$match": _of(shop)}, {"$group": group}]).to_list(1)
        row = rows[0] if rows else {}
        return MembersCounted(
            row.get("people", 0),
            row.get("bound", 0),
            {slot: row.get(f"n{place}", 0) for place, slot in enumerate(slots)},
        )

    async def page(self, shop: str, after: str) -> Sequence[Stored]:
        """The next of the contacts that the shop has reported, in order of their ids."""
        where: Document = {**_of(shop), "_id": {"$gt": after}}
        found = await self._rows.find(where).sort("_id", ASCENDING).limit(PAGE).to_list(None)
        return [stored_from(document, self._seal) for document in found]


def _is_there(slot: str) -> Document:
    return {"$gt": [f"${slot}", None]}


def _number(where: Document) -> Document:
    return {"$sum": {"$cond": [where, 1, 0]}}


def _of(shop: str) -> Document:
    return {"shop": shop, "to": {"$exists": False}}
