"""Which contacts a phone or a member number leads to, for a person who asks: among a million without a scan.

A LINE user id needs no search: the contact's id is made of it, and whoever was merged has left a note there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal

MOST = 20
"""Contacts that are told of one phone or number; more have one by mistake, and nobody reads on."""


class People:
    """The collection `contacts`, asked by what is private. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._collection = database.collection("contacts")
        self._seal = seal

    async def with_phone(self, phone: str) -> list[str]:
        """The ids of those who have this phone (E.164), and have not only written it in a form."""
        return await self._with("p.phone", phone)

    async def with_any_phone(self, phone: str) -> list[str]:
        """The same, and those who wrote it in a form."""
        return sorted({*await self.with_phone(phone), *await self._with("p.told_phone", phone)})

    async def with_email(self, email: str) -> list[str]:
        """The ids of those who have this address."""
        return await self._with("p.email", email)

    async def with_member_no(self, number: str) -> list[str]:
        """The ids of those who have this number at the shop."""
        return await self._with("p.member_no", number)

    async def with_phones(self, phones: Collection[str]) -> Mapping[str, Sequence[str]]:
        """For each of these phones the ids of those with LINE who have it, as `with_phone`."""
        return await self._with_any("p.phone", phones, {"ids.0": {"$exists": True}})

    async def with_member_nos(self, numbers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """For each of these numbers the ids of those with LINE who have it, as `with_member_no`."""
        return await self._with_any("p.member_no", numbers, {"ids.0": {"$exists": True}})

    async def without_line(self, phone: str | None, number: str | None) -> list[str]:
        """The ids of those whom only a shop or a list has told of, with this phone, or this member number.

        A number has few, a phone may have a crowd: each is looked up by itself, and both are asked as one,
        whenever somebody has bound.
        """
        told = {"p.member_no": number, "p.phone": phone}
        ways = [self._without_line(path, value) for path, value in told.items() if value is not None]
        if not ways:
            return []
        first, *others = ways
        asked = [
            *first,
            *({"$unionWith": {"coll": self._collection.name, "pipeline": one}} for one in others),
        ]
        async with reaching():
            found = await self._collection.aggregate(asked).to_list(MOST * len(ways))
        return sorted({document["_id"] for document in found})

    def _without_line(self, path: str, value: str) -> list[Document]:
        hashes = all_hashed(value, self._seal.blind_indexes)
        where = {"ids.0": {"$exists": False}, path: {"$in": hashes}}
        return [{"$match": where}, {"$limit": MOST}, {"$project": {"_id": 1}}]

    async def _with(self, path: str, value: str) -> list[str]:
        return sorted((await self._with_any(path, [value])).get(value, ()))

    async def _with_any(
        self, path: str, values: Collection[str], who: Mapping[str, Any] | None = None
    ) -> Mapping[str, Sequence[str]]:
        if not values:
            return {}
        by_hash = {hash_: value for value in values for hash_ in all_hashed(value, self._seal.blind_indexes)}
        _, field = path.split(".")
        found: dict[str, list[str]] = {}
        async with reaching():
            where = {path: {"$in": list(by_hash)}, **(who or {})}
            documents = await self._collection.find(where, {path: 1}).to_list(MOST * len(values))
        for document in documents:
            found.setdefault(by_hash[document["p"][field]], []).append(document["_id"])
        return found
