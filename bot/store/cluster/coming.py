"""Which playbook is about to be live: announced, so that every process makes it ready beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model.accepted import Coming
from bot.store.database.mongo import Database, Document, reaching

LIFE = 300
"""Seconds after which one is forgotten whose command has died."""

ONE = "playbook"


class ComingPlaybooks:
    """The collection `coming`: one document at most. Processes read it with the pulse.

    Nothing is decided by it: who knows nothing of it takes a playbook over as late as it can be read. Every
    call raises `DatabaseUnavailable`.
    """

    def __init__(self, database: Database) -> None:
        self._collection = database.collection("coming")

    async def announce(self, one: Coming, candidate: Mapping[str, Any] | None = None) -> None:
        """Instead of what was announced before: the last one counts.

        `candidate` (of `Playbooks.candidate`) is what gets this number, where none has it yet.
        """
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        told: Document = {"_id": ONE, "number": one.number, "call": one.call, "until": until}
        if candidate is not None:
            told["candidate"] = {"$literal": dict(candidate)}
        async with reaching():
            await self._collection.update_one({"_id": ONE}, [{"$replaceWith": told}], upsert=True)

    async def is_announced(self, one: Coming) -> bool:
        """Whether it is this one still."""
        async with reaching():
            return await self._collection.find_one({"_id": ONE, "call": one.call}) is not None

    async def withdraw(self, one: Coming) -> None:
        """It is live by now, or does not come; what somebody else has announced stays."""
        async with reaching():
            await self._collection.delete_one({"_id": ONE, "call": one.call})
