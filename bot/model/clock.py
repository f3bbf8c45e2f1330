"""Time, injected: nothing in oaflow asks the machine for the time but through a clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Says what time it is (UTC, whole milliseconds, as MongoDB keeps it)."""

    def now(self) -> datetime: ...


class PatientClock(Clock, Protocol):
    """A clock by which one can also wait."""

    async def wait(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=time.time_ns() // 1_000_000)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
