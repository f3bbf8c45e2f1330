"""Reads all people in the order of their ids, with and without LINE, but no groups: for exports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.model.contact import Contact
from bot.store.codec.documents import contact_from
from bot.store.database.mongo import Document, looking_at_all
from bot.store.repository import SealedRepository

AT_A_TIME = 1_000
"""Contacts in one query: some megabytes."""
_PEOPLE: Document = {"rev": {"$exists": True}, "to": {"$exists": False}, "kind": {"$nin": ["group", "room"]}}


class AllContacts(SealedRepository, collection="contacts"):
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`."""

    async def count(self) -> int:
        """How many people there are."""
        async with looking_at_all():
            return int(await self._rows.count_documents(_PEOPLE))

    async def pages(self) -> AsyncIterator[list[Contact]]:
        """All people, up to `AT_A_TIME` at once. New ones may be missing; nobody comes twice."""
        last = ""
        while True:
            found: list[dict[str, Any]]
            async with looking_at_all():
                rows = self._rows.find({**_PEOPLE, "_id": {"$gt": last}}, _UNREAD).sort("_id", 1)
                found = await rows.limit(AT_A_TIME).to_list(None)
            if not found:
                return
            last = found[-1]["_id"]
            yield [contact for one in found if (contact := contact_from(one, self._seal)).kind == "person"]
            await self._database.give_way()


_UNREAD = dict.fromkeys(("name_grams", "out", "carried", "pages", "results", "timers", "p", "x"), 0)
"""Fields that are not read: work under way, and those that only serve to find a contact; no export has
them."""
