"""The clock of the whole process under `--simulator`: the machine's, and how far it was moved ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.model.clock import Clock, SystemClock


class Backwards(Exception):
    """The clock goes forward only: what has happened has happened, to the contacts and their timers too."""


class MovingClock:
    """Goes as the clock below it goes, and can be moved forward; whoever waits by it is woken by the move.

    A wait counts from the moment when it is asked for, not from when it is first awaited: a move between the
    two counts as well.
    """

    def __init__(self, below: Clock | None = None) -> None:
        self._below = below or SystemClock()
        self._moved = asyncio.Event()
        self.ahead = timedelta()
        """How far it is ahead of the clock below it."""

    def now(self) -> datetime:
        """UTC, whole milliseconds."""
        return self._below.now() + self.ahead

    def move_to(self, moment: datetime) -> None:
        """It is `moment` now, and goes on from there. Raises `Backwards`."""
        by = moment - self.now()
        if by < timedelta():
            raise Backwards
        self.ahead += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def wait(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Wait so many seconds of this clock; the machine's clock being set does not matter."""
        return self._wait_until(self._passed() + seconds)

    async def _wait_until(self, end: float) -> None:
        while (left := end - self._passed()) > 0:
            moved = self._moved
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await moved.wait()
        await asyncio.sleep(0)  # also a wait of nothing lets others go on, as `asyncio.sleep` does

    def _passed(self) -> float:
        """Seconds of this clock since some moment: they only grow."""
        return asyncio.get_running_loop().time() + self.ahead.total_seconds()
