"""The playbooks that were accepted on this database, one after the other. The last one is live."""

from __future__ import annotations

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from bot.model.accepted import AcceptedPlaybook
from bot.store.database.mongo import Database, reaching


class Playbooks:
    """The collection `playbooks`: a document for each acceptance, its `_id` the number, never changed.

    Every call raises `DatabaseUnavailable` when MongoDB is away.
    """

    def __init__(self, database: Database) -> None:
        self._collection = database.collection("playbooks")

    async def live(self) -> AcceptedPlaybook | None:
        """The last acceptance; `None` on a new database."""
        async with reaching():
            document = await self._collection.find_one({}, sort=[("_id", -1)])
        if document is None:
            return None
        return AcceptedPlaybook(document["_id"], document["version"], document["at"])

    async def was_accepted(self, version: str) -> bool:
        """Whether this version is or was live."""
        async with reaching():
            return await self._collection.find_one({"version": version}, {"_id": 1}) is not None

    async def accept(self, number: int, version: str, at: datetime) -> bool:
        """Make this version live under this number; `False` if somebody was faster with it."""
        try:
            async with reaching():
                await self._collection.insert_one({"_id": number, "version": version, "at": at})
        except DuplicateKeyError:
            return False
        return True
