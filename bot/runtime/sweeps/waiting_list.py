"""Looking, now and then, for who waits for a full day and can be told that a place is free (N5)."""

from __future__ import annotations

from collections.abc import Callable

from bot.model.clock import PatientClock
from bot.promotions.appointments.services.waiting_list import WaitingListService
from bot.runtime.bulk import keep_looking

EVERY = 5.0
"""Seconds between two looks."""


class WaitingListSweep:
    """The owner of part 0 looks."""

    def __init__(self, service: WaitingListService, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._service = service
        self._owns = owns
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Do it now, if we own part 0. Raises `DatabaseUnavailable`."""
        if self._owns(0):
            await self._service.look()
