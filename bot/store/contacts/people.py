"""Which contacts a phone or a member number leads to, for a person who asks: among a million without a scan.

A LINE user id needs no search: the contact's id is made of it, and whoever was merged has left a note there.
"""

from __future__ import annotations

from bot.store.database.mongo import Database, reaching
from bot.store.sealing.private import hashed
from bot.store.sealing.seal import Seal

MOST = 20
"""Contacts that are told of one phone or number; more have one by mistake, and nobody reads on."""


class People:
    """The collection `contacts`, asked by what is private. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._collection = database.collection("contacts")
        self._seal = seal

    async def with_phone(self, phone: str) -> list[str]:
        """The ids of those who have this phone (E.164), proven or not."""
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

    async def _with(self, path: str, value: str) -> list[str]:
        where = {path: hashed(value, self._seal.blind_index)}
        async with reaching():
            documents = await self._collection.find(where, {"_id": 1}).to_list(MOST)
        return sorted(document["_id"] for document in documents)
