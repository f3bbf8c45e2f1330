"""Does somebody do more on pages than a person can? What is done there is stored for weeks."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

from bot.model.clock import Clock

MOST = 120
SPAN = timedelta(minutes=1)
"""In a span of this length, counted from when the first person of it did something."""


class TooFast(Exception):
    """This person has done enough for now; `seconds` until the next."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"not before {seconds} s")
        self.seconds = seconds


class RateGuard:
    """Counts what each person does, in this process, one span after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._end = clock.now()
        self._done: Counter[str] = Counter()

    def admit(self, who: str) -> None:
        """Count one more thing that this person does. Raises `TooFast`."""
        now = self._clock.now()
        if now >= self._end:
            self._end, self._done = now + SPAN, Counter()
        if self._done[who] >= MOST:
            raise TooFast(math.ceil((self._end - now).total_seconds()))
        self._done[who] += 1
