"""Which backups were made of a database, of which it was restored, and who has it open meanwhile."""

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
"""The id of the row that says what the database is."""
_OPENED = "opened:"
"""Begins the id of the row of a process that has the database open."""
LIFE = 30
"""Seconds for which a restore, and who has the database open, count as alive after they last said so."""


class Restores:
    """The collection `restores`: what the database is, and who has it open.

    A restore claims the database, then asks who has it open; a process says that it opens it, then asks for
    a restore that is under way. So of two at the same time one at least gives up.
    """

    def __init__(self, database: Database, gone: Callable[[str], bool] = lambda process: False) -> None:
        """`gone(process)`: this machine knows that the process has ended, whatever its row says."""
        self._rows = database.collection("restores")
        self._gone = gone

    async def last(self) -> Restored | None:
        """What the database was restored from, or is just now; `None`: it never was."""
        row = await self._rows.find_one({"_id": _LAST})
        if row is None:
            return None
        return Restored(*(row[name] for name in Restored.__slots__))

    async def opened(self, process: str) -> None:
        """This process has the database open, for the next 30 s."""
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        await self._rows.update_one({"_id": _OPENED + process}, [{"$set": {"until": until}}], upsert=True)

    async def left(self, process: str) -> None:
        """It has not any more."""
        await self._rows.delete_one({"_id": _OPENED + process})

    async def is_open(self) -> bool:
        """Whether any process has the database open."""
        alive = {"_id": {"$gt": _OPENED}, "$expr": {"$gt": ["$until", "$$NOW"]}}
        found = await self._rows.find(alive, {"_id": 1}).to_list(None)
        return any(not self._gone(row["_id"].removeprefix(_OPENED)) for row in found)

    def claim(self, restored: Restored, owner: str) -> RestoreClaim:
        """For a restore that begins; `owner` names it."""
        return RestoreClaim(self._rows, restored, owner)


class RestoreClaim:
    """One restore's right to fill a database: nobody may use it, and no other restore may begin."""

    def __init__(self, rows: Any, restored: Restored, owner: str) -> None:
        self.restored = restored
        self._rows = rows
        self._owner = {"_id": _LAST, "owner": owner}
        self._before: Document | None = None

    async def take(self) -> bool:
        """From now on the restore is under way; `False`: another one is, and has renewed its claim lately."""
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
        """Once it is taken: what is in the database is of a restore that broke off, so it is nobody's."""
        return self._before is not None and bool(self._before["is_under_way"])

    async def take_back(self) -> None:
        """Nothing was changed: the database is what it was before."""
        if self._before is None:
            await self._rows.delete_one(self._owner)
        else:
            await self._rows.replace_one(self._owner, self._before)

    async def renew(self) -> bool:
        """It goes on; `False`: another one has claimed the database, for this was not said for too long."""
        done = await self._rows.update_one(self._owner, {"$currentDate": {"renewed": True}})
        return bool(done.matched_count)

    async def release(self) -> None:
        """It broke off: the database stays marked, and the next one may begin at once."""
        await self._rows.update_one(self._owner, {"$unset": {"renewed": 1}})

    async def end(self, restored: Restored) -> bool:
        """It is whole, and may be used; `False`: another one has claimed the database."""
        done = await self._rows.replace_one(self._owner, asdict(restored))
        return bool(done.matched_count)


class Backups(Repository, collection="backups"):
    """The collection `backups`, a row for each."""

    async def last(self) -> datetime | None:
        """Of which moment the last one is that was made whole; `None`: there is none."""
        found = await self._rows.find({"ended": {"$exists": True}}).sort("as_of", DESCENDING).to_list(1)
        return found[0]["as_of"] if found else None
