"""The members of one shop among all contacts, in MongoDB: how many are bound, and each of them in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import ASCENDING

from bot.model.stored import Stored
from bot.store.codec.documents import stored_from
from bot.store.database.mongo import Database, Document, looking_at_all, reaching
from bot.store.sealing.seal import Seal

PAGE = 500


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

    async def having(self, shop: str, slots: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """How many people we know to be of this shop, and how many of them have each of these attributes."""
        counted: Document = {
            f"n{place}": {"$sum": {"$cond": [{"$gt": [f"${slot}", None]}, 1, 0]}}
            for place, slot in enumerate(slots)
        }
        asked = [{"$match": _of(shop)}, {"$group": {"_id": None, "all": {"$sum": 1}, **counted}}]
        async with looking_at_all():
            rows = await self._contacts.aggregate(asked).to_list(1)
        row = rows[0] if rows else {}
        return row.get("all", 0), {slot: row.get(f"n{place}", 0) for place, slot in enumerate(slots)}

    async def page(self, shop: str, after: str) -> Sequence[Stored]:
        """The next of those of whom the shop has told, in order of their ids."""
        where: Document = {**_of(shop), "_id": {"$gt": after}}
        async with reaching():
            found = await self._contacts.find(where).sort("_id", ASCENDING).limit(PAGE).to_list(None)
        return [stored_from(document, self._seal) for document in found]


def _of(shop: str) -> Document:
    return {"shop": shop, "to": {"$exists": False}}
