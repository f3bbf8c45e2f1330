"""Gives phones that were stored by an older version, or restored from its backup, the end by which they are
found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.model.clock import PatientClock
from bot.runtime.bulk import OwnerLooks
from bot.store.contacts.phone_ends import PhoneEnds

log = logging.getLogger("oaflow.sweeps")

EVERY = timedelta(hours=1)
"""How often it is looked: an older process beside this one goes on storing phones without an end."""


class PhoneEndSweep:
    """Looks for phones without an end in one process, the owner of part 0; a look that finds none reads one
    key of an index."""

    def __init__(self, ends: PhoneEnds, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._ends = ends
        self._clock = clock
        self._looks = OwnerLooks(lambda: None, owns, clock)

    async def run(self) -> None:
        """Look again and again, for ever."""
        await self._looks.run(self.look)

    async def look(self) -> None:
        """Give all phones their end. Raises `DatabaseUnavailable`."""
        now = self._clock.now()
        if number := await self._ends.fill():
            log.info("%d phones are found by their last digits from now on", number)
        self._looks.times.scanned(None, now, now + EVERY)
