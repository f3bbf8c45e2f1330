"""The members of one shop among all contacts, in MongoDB: how many are bound, and each of them in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pymongo import ASCENDING

from bot.model.stored import Stored
from bot.store.codec.documents import stored_from
from bot.store.database.mongo import Database, Document, looking_at_all, reaching
from bot.store.sealing.seal import Seal

PAGE = 500


@dataclass(frozen=True, slots=True)
class MembersCounted:
    """People of a shop, those of them who are bound (by phone or its own login), and who has an attribute."""

    people: int
    bound: int
    having: Mapping[str, int]


class ShopMembers:
    """The collection `contacts`. Every call raises `DatabaseUnavailable` when MongoDB is away."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.collection("contacts")
        self._seal = seal

    async def bound(self, shop: str) -> int:
        """How many people are bound as members of this shop: by phone, or by its own login."""
        bound = [{"b.phone": {"$exists": True}}, {"b.shop": {"$exists": True}}]
        async with looking_at_all():
            return int(await self._contacts.count_documents({**_of(shop), "$or": bound}))

    async def counted(self, shop: str, slots: Sequence[str]) -> MembersCounted:
        """Everybody whom we know to be of this shop, and who has each of these attributes: in one walk."""
        having = {f"n{place}": _number(_is_there(slot)) for place, slot in enumerate(slots)}
        bound = _number({"$or": [_is_there("b.phone"), _is_there("b.shop")]})
        group: Document = {"_id": None, "people": {"$sum": 1}, "bound": bound, **having}
        async with looking_at_all():
            rows = await self._contacts.aggregate([{"$match": _of(shop)}, {"$group": group}]).to_list(1)
        row = rows[0] if rows else {}
        return MembersCounted(
            row.get("people", 0),
            row.get("bound", 0),
            {slot: row.get(f"n{place}", 0) for place, slot in enumerate(slots)},
        )

    async def page(self, shop: str, after: str) -> Sequence[Stored]:
        """The next of those of whom the shop has told, in order of their ids."""
        where: Document = {**_of(shop), "_id": {"$gt": after}}
        async with reaching():
            found = await self._contacts.find(where).sort("_id", ASCENDING).limit(PAGE).to_list(None)
        return [stored_from(document, self._seal) for document in found]


def _is_there(slot: str) -> Document:
    return {"$gt": [f"${slot}", None]}


def _number(where: Document) -> Document:
    return {"$sum": {"$cond": [where, 1, 0]}}


def _of(shop: str) -> Document:
    return {"shop": shop, "to": {"$exists": False}}
