"""The people of a batch as they are now, just before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.model.broadcast import Recipient
from bot.model.contact import Contact
from bot.store.broadcasts.account_holders import holders
from bot.store.codec.documents import contact_from
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal

ASKED = ("ids", "kind", "marketing", "marketing_shop", "pushes", "to")
"""What it takes to know whether somebody may get it; filling a card takes all."""


class RecipientsNow:
    """The collection `contacts`. Raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._seal = seal

    async def read(
        self, channel: str, people: Collection[Recipient], *, whole: bool
    ) -> Mapping[str, Contact]:
        """By `Recipient.contact` who has that LINE account now, if anybody has.

        Not `whole`: only what decides who may get it.
        """
        fields = None if whole else dict.fromkeys(ASKED, 1)

        def work() -> dict[str, Contact]:
            found = holders(self._contacts, channel, people, fields)
            return {name: contact_from(document, self._seal) for name, document in found.items()}

        return await self._visit(work)
