"""Locks between the processes of one machine that die with their holder, even at `kill -9`: flock(2)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.model.translatable import tr
from bot.store.unavailable import DatabaseUnavailable

if sys.platform != "win32":
    import fcntl


class FileLock:
    """An exclusive lock on the file `path`, which is created (mode 0600) and may be held once per object.

    The descriptor is closed in child programs, so no child keeps the lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def mine(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def acquire(self) -> bool:
        """Take the lock if nobody has it, without waiting. Raises DatabaseUnavailable where flock fails."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        got = False
        try:
            got = _flock(fd, fcntl.LOCK_EX, self.path)
        finally:
            if not got:
                os.close(fd)
        if got:
            self._fd = fd
        return got

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def is_held(path: Path) -> bool:
    """Whether some process, this one included, holds the lock on `path`; a missing file is not held."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # shared, so that two processes that look at the same time do not see each other as the holder
        return not _flock(fd, fcntl.LOCK_SH, path)
    finally:
        os.close(fd)


def _flock(fd: int, kind: int, path: Path) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise DatabaseUnavailable(
            tr(
                "the file system of {folder} has no file locks (flock: {why}); "
                "set OAFLOW_DATA to a folder on a local disk",
                folder=str(path.parent),
                why=str(error.strerror),
            )
        ) from error
    return True
