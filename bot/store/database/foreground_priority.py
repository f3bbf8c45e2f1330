"""Bulk work at the database yields to interactive requests, and backs off while they are slow.

The longer webhooks wait at the database, the less of it a rush takes; without webhooks it takes all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

MOMENT = 0.01
"""Seconds for which the many wait at most until somebody is served who came first."""
FINE = 0.004
"""Seconds for which being served may take: as long as with nobody else."""
REST = 3.0
"""Rest for each second that it takes longer."""
LONGEST_REST = 0.03
"""Seconds: so the many go on, however long it takes."""
LATELY = 0.3
"""Seconds after which nobody remembers how long it took: nobody comes."""
WEIGHT = 0.2
"""What the last one counts among those before."""
MANY = 250
"""Rows that the many write in one go: whoever comes meanwhile waits for so many at most."""
SOME = 16
"""The same where somebody comes alone: then the slowest webhook in a hundred waits for half as long."""
TIMES = 16
"""In how many goes all of it is to be written even then: else there may be more and more of it."""

FEW, MORE_TIMES = 5, 50
"""`SOME` and `TIMES` of goes that wait for the primary alone, so that many cost little."""


class ForegroundPriority:
    """Delays the start of bulk work while interactive requests run; what has begun is not interrupted."""

    def __init__(self) -> None:
        self._first = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._took = 0.0
        self._ended = 0.0

    @contextmanager
    def first(self) -> Iterator[None]:
        """As long as this lasts, somebody is served who comes first."""
        clock = asyncio.get_running_loop().time
        self._first += 1
        began = clock()
        try:
            yield
        finally:
            self._first -= 1
            self._ended = clock()
            self._took += (self._ended - began - self._took) * WEIGHT
            if not self._first:
                for one in self._waiting:
                    _go_on(one)

    def at_a_time(self, rows: int, *, is_light: bool = False) -> int:
        """How many of so many rows are to be written in one go, as things are; `is_light`: it waits for the
        primary alone."""
        if not self._first and not self._is_there_lately:
            return MANY
        some, times = (FEW, MORE_TIMES) if is_light else (SOME, TIMES)
        return min(MANY, max(some, rows // times))

    @property
    def rest(self) -> float:
        """Seconds that each of the many is to wait before it begins, as things are."""
        if not self._is_there_lately:
            return 0.0
        return min(LONGEST_REST, max(0.0, self._took - FINE) * REST)

    @property
    def _is_there_lately(self) -> bool:
        return asyncio.get_running_loop().time() - self._ended <= LATELY

    async def turn(self) -> None:
        """Return when one of the many may begin."""
        if (rest := self.rest) > 0:
            await asyncio.sleep(rest)
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
            self._waiting.discard(free)  # at once: whoever comes first may never be alone for hours


def _go_on(one: asyncio.Future[None]) -> None:
    if not one.done():
        one.set_result(None)
