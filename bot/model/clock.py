"""Time, injected: nothing in oaflow asks the machine for the time but through a clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Says what time it is (UTC, whole milliseconds, as MongoDB keeps it)."""

    def now(self) -> datetime: ...


class PatientClock(Clock, Protocol):
    """A clock by which one can also wait."""

    async def wait(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
