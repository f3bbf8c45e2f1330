"""Sets for how long MongoDB has snapshots: five minutes while any backup is made, then what it was before.

Backups of several processes may overlap: the first lengthens the window, the last one sets it back.
"""

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
"""The MongoDB server parameter for the length of the window."""
LONG = 300
"""Seconds that a backup needs: MongoDB's default. The embedded MongoDB is started with 5."""
_NOT_OURS = (13, 59, 8000)
"""MongoDB's error codes where the parameter is not ours to set: no role (13), no such command (59), refused
by a hosting provider (8000)."""
_ROW = "snapshot_window"
"""The id of the row, in `restores`: the length before (`before`), and the `users`: backups, each with its
end."""
_LIFE = timedelta(minutes=5)
"""How long after its last renewal a backup counts as under way."""


class SnapshotWindow:
    """One backup's use of the window. Its methods block.

    A backup registers before it lengthens the window; the last one sets it back before it removes the row,
    and then checks once more. So of two at the same moment one at least sees the other.
    """

    def __init__(self, database: Database, backup: str) -> None:
        self._admin = database.client.admin
        self._rows: Any = database.synchronous("restores")
        self._user = f"users.{backup}"
        self._said = 0.0
        self._before: int | None = None
        """Seconds that were set before; `None`: this backup does not use the window."""

    @contextmanager
    def lengthened(self) -> Iterator[None]:
        """While this lasts the window is `LONG` at least, if the database user may set it."""
        self._begin()
        try:
            yield
        finally:
            if self._before is not None:
                self._end(self._before)

    def goes_on(self) -> None:
        """Renew the registration. To be called at least every minute within `lengthened`."""
        if self._before is not None and time.monotonic() - self._said > _LIFE.total_seconds() / 5:
            self._say(self._before)

    def _begin(self) -> None:
        """Lengthen the window, unless it is long enough or not ours to set."""
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
        """Register this backup for `_LIFE`; the seconds that were set before the first backup, `length` at
        most."""
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
        """Unregister this backup; the others, each with until when (UTC) it counts as under way."""
        after = ReturnDocument.AFTER
        change = {"$unset": {self._user: True}}
        row = self._rows.find_one_and_update({"_id": _ROW}, change, return_document=after)
        return {} if row is None else row["users"]

    def _set(self, length: int) -> None:
        self._admin.command({"setParameter": 1, NAME: length})
