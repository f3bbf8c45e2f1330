"""Adds timeline rows to the counts that reports show, in the background, after turns (H7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.model.clock import PatientClock
from bot.store.counters.counts import Counts
from bot.store.unavailable import DatabaseUnavailable

EVERY = 5.0
"""Seconds between two looks for rows that are not counted yet."""


PUT_OFF = 12
"""Looks in a row that are left out, at most, while the database is busy with turns."""


@dataclass(eq=False, repr=False)
class Counting:
    """Counts for all processes: only one at a time needs to, so it is the owner of the first part.

    `is_rushed()`: whether the database has more to do than what can wait.
    """

    _counts: Counts
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _is_rushed: Callable[[], bool] = lambda: False

    async def run(self) -> None:
        """Count for ever; what could not be counted is counted later."""
        put_off = 0
        while True:
            await self._clock.wait(EVERY)
            if self._owns(0):
                if self._is_rushed() and put_off < PUT_OFF:
                    put_off += 1
                    continue
                put_off = 0
                try:
                    await self._counts.fold_all()
                except DatabaseUnavailable:
                    continue  # the rows wait, and are counted when it is back
