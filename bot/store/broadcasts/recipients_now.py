"""The people of a batch as they are now, just before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.model.contact import Contact
from bot.store.codec.documents import contact_from
from bot.store.codec.fitting import text
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal

ASKED = ("ids", "kind", "marketing", "marketing_shop", "pushes", "to")
"""What it takes to know whether somebody may get it; filling a card takes all."""


@dataclass(frozen=True, slots=True)
class RecipientNow:
    """A contact as it is now; `to` is whom it was merged into."""

    contact: Contact
    to: str | None


class RecipientsNow:
    """The collection `contacts`. Raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._seal = seal

    async def read(self, ids: Collection[str], *, whole: bool) -> Mapping[str, RecipientNow]:
        """Those of these contacts that exist; not `whole`: only what decides who may get it."""
        where: Document = {"_id": {"$in": list(ids)}}
        fields = None if whole else dict.fromkeys(ASKED, 1)

        def work() -> dict[str, RecipientNow]:
            return {
                found["_id"]: RecipientNow(contact_from(found, self._seal), text(found.get("to")))
                for found in self._contacts.find(where, fields)
            }

        return await self._visit(work)
