"""Whose turn is it, on this machine, to read a large playbook while people are served?

Reading one takes a second of CPU and more, and every process reads what is about to be brought back: all at
once they leave nothing to the database, and live webhooks wait for that. So some of the processors stay free.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.store.mongod.file_lock import FileLock
from bot.store.unavailable import DatabaseUnavailable

PATIENCE = 30.0
"""Seconds for which a turn is waited for: a process that is stopped as it reads must not keep the others."""
LOOK = 0.05
"""Seconds between two looks: no event tells that another process is through."""


class ReadingTurns:
    """Half of the processors read, the others serve. Who dies gives its turn back."""

    def __init__(self, under: Path, *, side_by_side: int | None = None, patience: float = PATIENCE) -> None:
        """`under` is a folder that all processes of this machine have in common."""
        readers = max(1, _processors() // 2) if side_by_side is None else side_by_side
        names = (f"oaflow-reading-{os.getuid()}-{number}" for number in range(readers))
        self._places = [under / name for name in names]
        self._patience = patience

    @asynccontextmanager
    async def mine(self, waits: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
        """Read inside. It is not waited for it any longer when `waits()` is not so any more, nor for ever."""
        lock = await self._lock(waits)
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    async def _lock(self, waits: Callable[[], bool]) -> FileLock | None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        try:
            self._places[0].parent.mkdir(parents=True, exist_ok=True)
            while True:
                for place in self._places:
                    if (lock := FileLock(place)).acquire():
                        return lock
                if not waits() or loop.time() > end:
                    return None
                await asyncio.sleep(LOOK)
        except (OSError, DatabaseUnavailable):
            return None  # a disk that is full, or knows no locks: then it is read at once


def _processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
