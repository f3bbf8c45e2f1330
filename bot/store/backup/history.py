"""Which backups were made of a database, which one it was restored from, and which processes have it open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.backup import Restored
from bot.store.database.mongo import Database, Document
from bot.store.repository import Repository

_LAST = "last"
"""The id of the row about the last restore, or the one under way."""
_OPENED = "opened:"
"""The prefix of the id of a row of a process that has the database open."""
LIFE = 30
"""Seconds after its last renewal for which a restore, or a process that has the database open, counts as
alive."""


class Restores:
    """The collection `restores`: the last restore of the database, and the processes that have it open.

    A restore first claims the database, then checks for open processes; a process first registers, then
    checks for a restore under way. So of two at the same time one at least gives up.
    """

    def __init__(self, database: Database, gone: Callable[[str], bool] = lambda process: False) -> None:
        """`gone(process)`: whether this machine knows that the process has ended; its row is ignored then."""
        self._rows = database.collection("restores")
        self._gone = gone

    async def last(self) -> Restored | None:
        """The last restore, also one that is under way; `None`: there was none."""
        row = await self._rows.find_one({"_id": _LAST})
        if row is None:
            return None
        return Restored(*(row[name] for name in Restored.__slots__))

    async def opened(self, process: str) -> None:
        """Register that this process has the database open for the next `LIFE` seconds."""
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        await self._rows.update_one({"_id": _OPENED + process}, [{"$set": {"until": until}}], upsert=True)

    async def left(self, process: str) -> None:
        """Register that this process has the database open no more."""
        await self._rows.delete_one({"_id": _OPENED + process})

    async def is_open(self) -> bool:
        """Whether any process has the database open."""
        alive = {"_id": {"$gt": _OPENED}, "$expr": {"$gt": ["$until", "$$NOW"]}}
        found = await self._rows.find(alive, {"_id": 1}).to_list(None)
        return any(not self._gone(row["_id"].removeprefix(_OPENED)) for row in found)

    def claim(self, restored: Restored, owner: str) -> RestoreClaim:
        """The claim of a restore that is to begin, not taken yet; `owner` identifies it."""
        return RestoreClaim(self._rows, restored, owner)


class RestoreClaim:
    """One restore's right to fill a database: nobody may use it, and no other restore may begin."""

    def __init__(self, rows: Any, restored: Restored, owner: str) -> None:
        self.restored = restored
        self._rows = rows
        self._owner = {"_id": _LAST, "owner": owner}
        self._before: Document | None = None

    async def take(self) -> bool:
        """Begin the restore; `False`: another one is under way, and was renewed within `LIFE` seconds."""
        ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        dead = {"is_under_way": True, "$expr": {"$lt": ["$renewed", ago]}}
        row = {"$literal": {**asdict(self.restored), **self._owner}}
        change = [{"$replaceWith": {"$mergeObjects": [row, {"renewed": "$$NOW"}]}}]
        self._before = await self._rows.find_one_and_update({"_id": _LAST, **dead}, change)
        if self._before is not None:
            return True
        try:
            self._before = await self._rows.find_one_and_update(
                {"_id": _LAST, "is_under_way": False}, change, upsert=True
            )
        except DuplicateKeyError:
            return False
        return True

    @property
    def follows_a_half(self) -> bool:
        """Once it is taken: whether the database has the rests of a restore that broke off, which nobody
        needs."""
        return self._before is not None and bool(self._before["is_under_way"])

    async def take_back(self) -> None:
        """Give the claim up where nothing was changed: the row of the restore before comes back."""
        if self._before is None:
            await self._rows.delete_one(self._owner)
        else:
            await self._rows.replace_one(self._owner, self._before)

    async def renew(self) -> bool:
        """Renew the claim; `False`: it was not renewed for too long, and another restore has taken the
        database."""
        done = await self._rows.update_one(self._owner, {"$currentDate": {"renewed": True}})
        return bool(done.matched_count)

    async def release(self) -> None:
        """Record that the restore broke off: the database may not be used, and the next restore may begin at
        once."""
        await self._rows.update_one(self._owner, {"$unset": {"renewed": 1}})

    async def end(self, restored: Restored) -> bool:
        """Record that the restore is complete, and the database usable; `False`: another one has claimed
        it."""
        done = await self._rows.replace_one(self._owner, asdict(restored))
        return bool(done.matched_count)


class Backups(Repository, collection="backups"):
    """The collection `backups`, a row for each backup."""

    async def last(self) -> datetime | None:
        """The moment (UTC) of which the last complete backup has the data; `None`: there is none."""
        found = await self._rows.find({"ended": {"$exists": True}}).sort("as_of", DESCENDING).to_list(1)
        return found[0]["as_of"] if found else None
