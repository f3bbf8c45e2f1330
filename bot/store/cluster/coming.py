"""Which playbook is about to be brought back: announced, so that every process makes it ready beforehand."""

from __future__ import annotations

from bot.model.accepted import Coming
from bot.store.database.mongo import Database, Document, reaching

LIFE = 300
"""Seconds after which one is forgotten whose command has died."""

_ONE = "playbook"


class ComingPlaybooks:
    """The collection `coming`: one document at most. Processes read it with the pulse.

    Nothing is decided by it: who knows nothing of it takes a playbook over as late as it can be read. Every
    call raises `DatabaseUnavailable`.
    """

    def __init__(self, database: Database) -> None:
        self._collection = database.collection("coming")

    async def announce(self, one: Coming) -> None:
        """Instead of what was announced before: the last one counts."""
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        told: Document = {"number": one.number, "call": one.call, "until": until}
        async with reaching():
            await self._collection.update_one({"_id": _ONE}, [{"$set": told}], upsert=True)

    async def is_announced(self, one: Coming) -> bool:
        """Whether it is this one still."""
        async with reaching():
            return await self._collection.find_one({"_id": _ONE, "call": one.call}) is not None

    async def withdraw(self, one: Coming) -> None:
        """It is live by now, or does not come; what somebody else has announced stays."""
        async with reaching():
            await self._collection.delete_one({"_id": _ONE, "call": one.call})
