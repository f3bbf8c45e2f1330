"""Computes the figures of each hour for the page *Today*, in the background, after turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from bot.model.clock import PatientClock
from bot.model.hours import HOUR, hour_of
from bot.store.broadcasts.hours import HourFigures
from bot.store.unavailable import DatabaseUnavailable

EVERY = 60.0
"""Seconds between two passes, at least."""
SHARE = 20
"""The pause after a pass, as a multiple of the time that it took."""
BACK = timedelta(days=8)
"""How far back uncounted hours are counted: so there is the same weekday to compare with."""
ANEW = timedelta(days=1)
"""How far back a process that begins counts hours again: events come late after an outage."""
GRACE = timedelta(minutes=10)
"""How long after its end an hour is still counted again: rows are written later than their time."""
PUT_OFF = 10
"""Passes in a row that are left out, at most, while the database is busy with turns."""


@dataclass(eq=False, repr=False)
class HourCounting:
    """Counts for all processes: the owner of the first part does. What is repeated doubles nothing.

    `is_rushed()`: whether the database has more to do than what can wait.
    """

    _hours: HourFigures
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _is_rushed: Callable[[], bool] = lambda: False
    _has_begun: bool = field(init=False, default=False)

    async def run(self) -> None:
        """Count for ever; what could not be counted is counted later."""
        put_off, took = 0, 0.0
        while True:
            await self._clock.wait(max(EVERY, took * SHARE))
            if not self._owns(0):
                self._has_begun = False
            elif self._is_rushed() and put_off < PUT_OFF:
                put_off += 1
            else:
                put_off, begun = 0, monotonic()
                try:
                    await self.count()
                except DatabaseUnavailable:
                    continue  # the rows are there, and are counted when it is back
                took = monotonic() - begun

    async def count(self) -> None:
        """One pass. Raises `DatabaseUnavailable`."""
        now = self._clock.now()
        for at in await hours_to_count(self._hours, now, again=not self._has_begun):
            await self._hours.count(at, now)
        self._has_begun = True


async def hours_to_count(hours: HourFigures, now: datetime, *, again: bool) -> list[datetime]:
    """The hours that are not counted to their end, oldest first; `again`: also those of the last day."""
    oldest = await hours.oldest_row()
    if oldest is None:
        return []
    since = max(hour_of(now - BACK), hour_of(oldest))
    counted = await hours.looked_at(since)
    found = []
    for number in range((hour_of(now) - since) // HOUR + 1):
        at = since + number * HOUR
        to = counted.get(at)
        if to is None or to < at + HOUR + GRACE or (again and at > now - ANEW):
            found.append(at)
    return found
