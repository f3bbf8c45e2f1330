"""Who is at the database for many people waits a moment while it serves somebody who waits for it alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

MOMENT = 0.01
"""Seconds for which the many wait at most: what LINE delivers without a pause must not stop them."""


class GivingWay:
    """Between those who come first and the many; it decides only when the latter begin."""

    def __init__(self) -> None:
        self._first = 0
        self._waiting: list[asyncio.Future[None]] = []

    @contextmanager
    def first(self) -> Iterator[None]:
        """As long as this lasts, somebody is served who comes first."""
        self._first += 1
        try:
            yield
        finally:
            self._first -= 1
            if not self._first:
                waiting, self._waiting = self._waiting, []
                for one in waiting:
                    _go_on(one)

    async def turn(self) -> None:
        """Return when nobody is served who comes first, or after a moment."""
        if not self._first:
            return
        loop = asyncio.get_running_loop()
        free: asyncio.Future[None] = loop.create_future()
        self._waiting.append(free)
        late = loop.call_later(MOMENT, _go_on, free)
        try:
            await free
        finally:
            late.cancel()


def _go_on(one: asyncio.Future[None]) -> None:
    if not one.done():
        one.set_result(None)
