"""What every process looks at each half second, in one question: what is stopped, which playbook is live."""

from __future__ import annotations

from pymongo import DESCENDING

from bot.model.brake import Brake
from bot.store.database.mongo import Database, Document
from bot.store.events.brakes import brake_from

_BOTH: list[Document] = [
    {"$sort": {"_id": DESCENDING}},
    {"$limit": 1},
    {"$project": {"_id": 1}},
    {"$unionWith": "stops"},
    {"$sort": {"_id": 1}},  # numbers come before texts
]


class Pulse:
    """The collections `stops` and `playbooks`. Two questions would cost an idle process twice as much."""

    def __init__(self, database: Database) -> None:
        self._playbooks = database.synchronous("playbooks")
        self._visit = database.visit
        self.playbook: int | None = None
        """The number of the playbook that is live, as of the last reading; `None`: there is none."""

    async def read(self) -> Brake:
        """What is stopped now. Raises `DatabaseUnavailable`."""
        found = await self._visit(lambda: list(self._playbooks.aggregate(_BOTH)))
        self.playbook = next((one["_id"] for one in found if isinstance(one["_id"], int)), None)
        return brake_from(one for one in found if isinstance(one["_id"], str))
