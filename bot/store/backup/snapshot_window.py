"""For how long MongoDB has snapshots: long enough as long as any backup needs them, whichever ends last."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import OperationFailure

from bot.store.database.mongo import Database

NAME = "minSnapshotHistoryWindowInSeconds"
"""MongoDB's parameter for that."""
LONG = 300
"""Seconds, MongoDB's own default; the embedded one has them for five."""
_NOT_OURS = (13, 59, 8000)
"""Its codes where that is somebody else's affair: no role for it, no such command, a provider's refusal."""
_ROW = "snapshot_window"
"""The id of the row, in `restores`: the length that was set before, and which backups need more, until when.
"""
_LIFE = timedelta(minutes=5)
"""For so long a backup counts as under way after it last said so."""


class SnapshotWindow:
    """One backup's use of it; within a `visit`.

    Who begins says so before lengthening the window; who ends as the last one sets it back before saying so,
    and looks once more. So of two at the same moment one at least sees the other.
    """

    def __init__(self, database: Database, backup: str) -> None:
        self._admin = database.client.delegate.admin
        self._rows: Any = database.synchronous("restores")
        self._user = f"users.{backup}"
        self._said = 0.0
        self._before: int | None = None
        """What was set before, where it is lengthened."""

    @contextmanager
    def lengthened(self) -> Iterator[None]:
        """As long as this lasts there are snapshots of five minutes, where we may say so."""
        self._begin()
        try:
            yield
        finally:
            if self._before is not None:
                self._end(self._before)

    def goes_on(self) -> None:
        """To be called at least every minute, as long as it lasts."""
        if self._before is not None and time.monotonic() - self._said > _LIFE.total_seconds() / 5:
            self._say(self._before)

    def _begin(self) -> None:
        """Lengthen it, unless it is long enough, or somebody else's affair."""
        try:
            length = self._length()
            if length is None:
                return
            self._say(length)
            before = self._say(self._length() or length)  # who has ended meanwhile had it lengthened at first
            if before < LONG:
                self._set(LONG)
                self._before = before
                return
        except OperationFailure as error:
            if error.code not in _NOT_OURS:
                raise
        self._leave()

    def _length(self) -> int | None:
        found: int | None = self._admin.command({"getParameter": "*"}).get(NAME)  # a mongos has none
        return found

    def _say(self, length: int) -> int:
        """That this backup is under way; what was set before the first of them, at most this."""
        self._said = time.monotonic()
        until = datetime.now(UTC) + _LIFE
        change = {"$set": {self._user: until, "until": until}, "$min": {"before": length}}
        after = ReturnDocument.AFTER
        row = self._rows.find_one_and_update({"_id": _ROW}, change, upsert=True, return_document=after)
        return int(row["before"])

    def _end(self, before: int) -> None:
        users = self._leave()
        if any(until > datetime.now(UTC) for until in users.values()):
            return
        self._set(before)
        self._rows.delete_one({"_id": _ROW, "users": users})
        if self._rows.find_one({"_id": _ROW}):  # another one has begun meanwhile
            self._set(LONG)

    def _leave(self) -> Mapping[str, datetime]:
        """The others, each with until when it counts as under way."""
        after = ReturnDocument.AFTER
        change = {"$unset": {self._user: True}}
        row = self._rows.find_one_and_update({"_id": _ROW}, change, return_document=after)
        return {} if row is None else row["users"]

    def _set(self, length: int) -> None:
        self._admin.command({"setParameter": 1, NAME: length})
