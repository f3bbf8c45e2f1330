"""Locks by name, so that requests about one phone or one person run one at a time in this process."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NamedLocks:
    """Locks by name, first come first served. A name without waiters is forgotten."""

    def __init__(self) -> None:
        self._locks = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._users = Counter[str]()

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Hold the lock of this name within the block."""
        self._users[name] += 1
        try:
            async with self._locks[name]:
                yield
        finally:
            self._users[name] -= 1
            if not self._users[name]:
                del self._users[name], self._locks[name]

    def is_last(self, name: str) -> bool:
        """Whether nobody waits for the lock behind its holder."""
        return self._users[name] == 1

    @property
    def is_empty(self) -> bool:
        """Whether no lock is held or waited for."""
        return not self._users and not self._locks
