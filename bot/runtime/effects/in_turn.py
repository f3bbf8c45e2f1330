"""One after the other, of whatever has the same name; others do not wait."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class InTurn:
    """Who comes in waits for all who came before under that name. Nobody is remembered longer."""

    def __init__(self) -> None:
        self._turns = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._there = Counter[str]()

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Until the block ends nobody else is in one of this name."""
        self._there[name] += 1
        try:
            async with self._turns[name]:
                yield
        finally:
            self._there[name] -= 1
            if not self._there[name]:
                del self._there[name], self._turns[name]

    def is_last(self, name: str) -> bool:
        """Whether whoever is in it has nobody behind."""
        return self._there[name] == 1

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in, or waits."""
        return not self._there and not self._turns
