"""Looking, now and then, for what promotions do by themselves, such as offering a free place to who waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.model.clock import PatientClock
from bot.runtime.bulk import keep_looking

EVERY = 5.0
"""Seconds between two looks."""


class PromotionSweep:
    """Calls the looks of all kinds of promotions, in one process: the owner of part 0."""

    def __init__(
        self,
        looks: Sequence[Callable[[], Awaitable[None]]],
        owns: Callable[[int], bool],
        clock: PatientClock,
    ) -> None:
        self._looks = looks
        self._owns = owns
        self._clock = clock

    async def run(self) -> None:
        """Call the looks every `EVERY` seconds, for ever."""
        await keep_looking(self._look, self._clock, EVERY)

    async def _look(self) -> None:
        """Raises `DatabaseUnavailable`."""
        if self._owns(0):
            for look in self._looks:
                await look()
