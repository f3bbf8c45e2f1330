"""How the database is: its size, its replica set, how far back the oplog goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import OperationFailure

from bot.model.answer_fields import Help
from bot.model.backup import Restored
from bot.store.database.mongo import Database, Document


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """MongoDB: bytes of documents, of their files, of indexes, held by `members` of the replica set.

    `lag` and `oplog` are `None` where it does not say it: it is sharded, or the user may not look.
    `backed_up` and `restored` are added by the caller.
    """

    version: str
    members: int
    documents: int
    size: int
    stored: int
    indexes: int
    lag: Annotated[float | None, Help("Seconds by which a majority is behind.")]
    oplog: Annotated[float | None, Help("Seconds from its begin to its end.")]
    backed_up: Annotated[datetime | None, Help("The last backup that was made whole.")] = None
    restored: Restored | None = None


class DatabaseInspection:
    """Asks MongoDB itself. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._client = database.client
        self._database = database.client[database.name]
        self._visit = database.visit

    async def now(self) -> DatabaseState:
        """As it is now."""

        def asked() -> tuple[Document, Document, Document, float | None]:
            ask = self._client.admin.command
            return ask("hello"), ask("buildInfo"), self._database.command("dbStats"), self._oplog()

        hello, built, size, oplog = await self._visit(asked)
        return DatabaseState(
            built["version"],
            len(hello.get("hosts", ())) or 1,
            int(size["objects"]),
            int(size["dataSize"]),
            int(size["storageSize"]),
            int(size["indexSize"]),
            _lag(hello.get("lastWrite", {})),
            oplog,
        )

    async def lag(self) -> float | None:
        """Seconds by which a majority is behind the last write; `None` where MongoDB does not say it."""
        hello = await self._visit(lambda: self._client.admin.command("hello"))
        return _lag(hello.get("lastWrite", {}))

    def _oplog(self) -> float | None:
        ends: list[datetime] = []
        for order in (ASCENDING, DESCENDING):
            try:
                found: Document | None = self._client.local["oplog.rs"].find_one(
                    {}, {"ts": 1}, sort=[("$natural", order)]
                )
            except OperationFailure:  # a user of our database alone may not look
                return None
            if found is None:
                return None
            ends.append(found["ts"].as_datetime())
        return (ends[1] - ends[0]).total_seconds()


def _lag(last: Mapping[str, Any]) -> float | None:
    if "lastWriteDate" not in last or "majorityWriteDate" not in last:
        return None
    behind: timedelta = last["lastWriteDate"] - last["majorityWriteDate"]
    return max(0.0, behind.total_seconds())
