"""The members of shops that are lists, in MongoDB: what such a shop has, found by number or phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
from pymongo import DeleteMany, ReplaceOne

from bot.model.shop import MemberRecord
from bot.store.codec.record import inner, text
from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.private import PrivateFields, all_hashed
from bot.store.sealing.seal import Seal

MOST = 20
"""Records that are looked at for one number or phone: more are there by mistake, and nobody is meant."""


class MemberRecords:
    """The collection `member_records`: `{_id, shop, contact, p: {phone, member_no}, s}`.

    `p` are keyed hashes, the values lie sealed in `s`, with the list's own `fields`. Every call raises
    `DatabaseUnavailable`.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._records = database.collection("member_records")
        self._seal = seal

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
        """Have the shop say this of its members, each known by number, or by phone where it has none.

        How many of them are new, or say something else than before. Nobody is known by a `shared` phone.
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
            async with reaching():
                await self._records.bulk_write(writes, ordered=False)
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
        async with reaching():
            found = self._records.find({"$or": ways}).sort("_id", 1)
            return [self._read(one) for one in await found.to_list(MOST * (len(phones) + len(numbers)))]

    def _document(self, record: MemberRecord) -> Document:
        privacy = PrivateFields(self._seal, record.id)
        told = {"phone": record.phone, "member_no": record.member_no}
        there = {key: value for key, value in told.items() if value is not None}
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


def _with(known: MemberRecord, told: MemberRecord) -> MemberRecord:
    """The record with what it is told; what is left empty stays as it was."""
    return replace(
        known,
        contact=told.contact,
        phone=told.phone or known.phone,
        member_no=told.member_no or known.member_no,
        fields={**known.fields, **{key: value for key, value in told.fields.items() if value != ""}},
    )


def _is_same(known: MemberRecord, told: MemberRecord) -> bool:
    """Whether both are one member: of one number, or of one phone where one of them has no number."""
    if known.shop != told.shop:
        return False
    if known.member_no is not None and told.member_no is not None:
        return known.member_no == told.member_no
    return told.phone is not None and known.phone == told.phone
