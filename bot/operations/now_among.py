"""What time it is for people: a simulator's clock may have been moved ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.clock import SystemClock
from bot.store.stores import Stores


async def now_among(people: Stores) -> datetime:
    """The time (UTC) for them, told with some seconds' delay at most. Raises `DatabaseUnavailable`."""
    ahead = max((one.ahead for one in await people.processes.alive()), default=0.0)
    return SystemClock().now() + timedelta(seconds=ahead)
