"""Bulk work at the database goes after interactive requests: a semaphore with two priorities.

A request of the foreground begins at once. Bulk work begins while none is under way, and one go at a time as
long as some came lately; without them all of it goes at once.

A webhook waits for its 200, so bulk work waits for 10 ms at most while a request is under way, and for 0.3 s
after one goes one go at a time, 16 rows in place of 250. A request that stores more than four events does not
hold bulk work back: then both need the whole database. Events that bulk work orders (an import, tags for
many, a sync) are marked so in the inbox, and their turns are taken in batches of their own, beside those of
messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

MOMENT = 0.01
"""Seconds for which a go of bulk work waits at most: requests that come without a pause must not stop it."""
LATELY = 0.3
"""Seconds after the last request for which bulk work still goes one at a time."""
MANY = 250
"""Rows that bulk work writes in one go."""
SOME = 16
"""The same while requests come: a new one waits for so many at most."""


class ForegroundPriority:
    """Delays the start of bulk work while interactive requests run; what has begun is not interrupted."""

    def __init__(self) -> None:
        self._first = 0
        self._ended = float("-inf")
        self._slot = asyncio.Lock()
        self._waiting: set[asyncio.Future[None]] = set()

    @contextmanager
    def first(self) -> Iterator[None]:
        """As long as this lasts, somebody is served who comes first."""
        self._first += 1
        try:
            yield
        finally:
            self._first -= 1
            self._ended = asyncio.get_running_loop().time()
            if not self._first:
                for one in self._waiting:
                    _go_on(one)

    @property
    def _is_there_lately(self) -> bool:
        return self._first > 0 or asyncio.get_running_loop().time() - self._ended <= LATELY

    @property
    def at_a_time(self) -> int:
        """Rows that bulk work is to write in one go, as things are."""
        return SOME if self._is_there_lately else MANY

    @asynccontextmanager
    async def bulk(self) -> AsyncIterator[None]:
        """One go of bulk work, once it may begin. Not inside another one."""
        if not self._is_there_lately:
            yield
            return
        async with self._slot:
            await self.turn()
            yield

    async def turn(self) -> None:
        """Return when no foreground request is under way, or after `MOMENT`."""
        if not self._first:
            return
        loop = asyncio.get_running_loop()
        free: asyncio.Future[None] = loop.create_future()
        self._waiting.add(free)
        late = loop.call_later(MOMENT, _go_on, free)
        try:
            await free
        finally:
            late.cancel()
            self._waiting.discard(free)  # at once: the first one may not be alone for hours


def _go_on(one: asyncio.Future[None]) -> None:
    if not one.done():
        one.set_result(None)
