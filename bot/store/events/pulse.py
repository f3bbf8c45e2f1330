"""What every process looks at each half second, in one question.

What is stopped, which playbook is live, which one is about to be, what sendings have reserved of the month;
and what time it is at the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from pymongo import DESCENDING

from bot.model.accepted import Coming
from bot.model.brake import Brake
from bot.model.reserved import Reservation
from bot.store.counters.reserved_messages import reserved_by_channel
from bot.store.database.mongo import Database, Document, reaching
from bot.store.database.per_event import aggregate
from bot.store.events.brakes import brake_from

_COMING: list[Document] = [
    {"$match": {"$expr": {"$gt": ["$until", "$$NOW"]}}},
    {"$project": {"number": 1, "call": 1}},
]
_RESERVED: list[Document] = [
    {"$match": {"reserved.0": {"$exists": True}}},
    {"$project": {"reserved": 1}},
]
_ALL: list[Document] = [
    {"$sort": {"_id": DESCENDING}},
    {"$limit": 1},
    {"$project": {"now": "$$NOW"}},
    {"$unionWith": "stops"},
    {"$unionWith": {"coll": "coming", "pipeline": _COMING}},
    {"$unionWith": {"coll": "quotas", "pipeline": _RESERVED}},
    {"$sort": {"_id": 1}},  # numbers come before texts
]


class Pulse:
    """The collections `stops`, `playbooks`, `coming`, `quotas`; a question for each would cost four times.

    Without a thread where that is possible: twice a second one in the way made a webhook late.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.playbook: int | None = None
        """The number of the playbook that is live, as of the last reading; `None`: there is none."""
        self.coming: Coming | None = None
        """The one that is about to be brought back, as of the last reading."""
        self.reserved: Mapping[str, tuple[Reservation, ...]] = {}
        """What is reserved of the month's messages, by channel, as of the last reading."""
        self.on_time: Callable[[datetime, float], None] = lambda now, took: None
        """Called with the server's time after each reading, and how many seconds that took."""

    async def read(self) -> Brake:
        """What is stopped now. Raises `DatabaseUnavailable`."""
        clock = asyncio.get_running_loop().time
        asked = clock()
        async with reaching():
            found = await aggregate(self._database, "playbooks", _ALL)
        live = next((one for one in found if isinstance(one["_id"], int)), None)
        self.playbook = None if live is None else live["_id"]
        if live is not None:
            self.on_time(live["now"], clock() - asked)
        self.coming = next((Coming(one["number"], one["call"]) for one in found if "call" in one), None)
        texts = [one for one in found if isinstance(one["_id"], str) and "call" not in one]
        self.reserved = reserved_by_channel(texts)
        return brake_from(one for one in texts if "reserved" not in one)
