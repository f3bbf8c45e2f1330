"""Time, injected: nothing in oaflow asks the machine for the time but through a clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MILLISECONDS = [timedelta(milliseconds=number) for number in range(1000)]


class Clock(Protocol):
    """Says what time it is (UTC, whole milliseconds, as MongoDB keeps it)."""

    def now(self) -> datetime: ...


class PatientClock(Clock, Protocol):
    """A clock by which one can also wait."""

    async def wait(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock, or one that is a fixed time from it (`shift`)."""

    def __init__(self) -> None:
        self._at = self._second = self._offset = 0
        self._now = self._begun = _EPOCH

    def shift(self, offset: timedelta) -> None:
        """Say from now on what the machine's clock says and so much more."""
        self._offset = round(offset / _MILLISECOND)

    def now(self) -> datetime:
        at = time.time_ns() // 1_000_000 + self._offset
        if at != self._at:  # many turns are taken in a millisecond, and a moment is dear to make
            second, rest = divmod(at, 1000)
            if second != self._second:
                self._second, self._begun = second, _EPOCH + timedelta(seconds=second)
            self._at, self._now = at, self._begun + _MILLISECONDS[rest]
        return self._now

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
