"""Adding what has happened to the counts, behind the turns and never in their way (H7)."""

from __future__ import annotations

from collections.abc import Callable

from bot.model.clock import PatientClock
from bot.store.counters.counts import Counts
from bot.store.unavailable import DatabaseUnavailable

EVERY = 5.0
"""Seconds between two looks for rows that are not counted yet."""


class Counting:
    """Counts for all processes: only one at a time needs to, so it is the owner of the first part."""

    def __init__(self, counts: Counts, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._counts = counts
        self._owns = owns
        self._clock = clock

    async def run(self) -> None:
        """Count for ever; what could not be counted is counted later."""
        while True:
            await self._clock.wait(EVERY)
            if self._owns(0):
                try:
                    await self._counts.fold_all()
                except DatabaseUnavailable:
                    continue  # the rows wait, and are counted when it is back
