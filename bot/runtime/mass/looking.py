"""Looking, again and again, whether something is to be done for many people, and doing it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.model.clock import PatientClock
from bot.runtime.mass.look_times import LOOK, LookTimes
from bot.runtime.pause import pause
from bot.store.unavailable import DatabaseUnavailable


async def keep_looking(
    look: Callable[[], Awaitable[object]],
    clock: PatientClock,
    every: float,
    woken: asyncio.Event | None = None,
) -> None:
    """Look, each so many seconds and whenever `woken` is set, for ever.

    A look that finds the database away ends there; what it has not done is done by the next one.
    """
    woken = woken or asyncio.Event()
    while True:
        woken.clear()
        with suppress(DatabaseUnavailable):
            await look()
        await pause(clock, every, woken)


async def look_when_woken(look: Callable[[], Awaitable[object]], woken: asyncio.Event) -> None:
    """Look at once, and whenever `woken` is set, for ever; as `keep_looking`."""
    while True:
        woken.clear()
        with suppress(DatabaseUnavailable):
            await look()
        await woken.wait()


class OwnerLooks:
    """When one process, the owner of part 0, looks everybody through.

    At its start, when `what()` is another than at the last look, when time may have changed something, and
    once more after each of these (`LookTimes`).
    """

    def __init__(
        self,
        what: Callable[[], object],
        owns: Callable[[int], bool],
        clock: PatientClock,
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """`wanted()`: whether there is anything to be looked through for."""
        self._what = what
        self._owns = owns
        self._clock = clock
        self._wanted = wanted
        self.times = LookTimes()

    @property
    def is_at_rest(self) -> bool:
        """Whether no look is due just now, as far as this process knows."""
        return not (self._owns(0) and self._is_due())

    async def run(self, look: Callable[[], Awaitable[None]]) -> None:
        """Have `look` done whenever it is due, for ever. It says itself for what it has looked (`times`)."""

        async def look_if_due() -> None:
            if not self._owns(0):
                self.times = LookTimes()  # whoever is the owner meanwhile sees other things
            elif self._is_due():
                await look()

        await keep_looking(look_if_due, self._clock, LOOK)

    def _is_due(self) -> bool:
        return self._wanted() and self.times.are_due(self._what(), self._clock.now())
