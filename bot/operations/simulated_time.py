"""The time as people of a database have it: a simulator's clock may be ahead of the machine's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.clock import Clock, SystemClock
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Goes as the machine's clock does, so much ahead of it."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by


async def clock_among(people: Stores) -> Clock:
    """The time on their clock, some seconds late at most. Raises `DatabaseUnavailable`."""
    return _Ahead(timedelta(seconds=max((one.ahead for one in await people.processes.alive()), default=0.0)))


async def now_among(people: Stores) -> datetime:
    """The time (UTC) for them. Raises `DatabaseUnavailable`."""
    return (await clock_among(people)).now()
