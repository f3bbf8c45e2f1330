"""Measures how far this machine's clock is from the database's, and corrects ours where that matters.

One machine stamps an event when it comes, another may judge how old its reply token is: by clocks that are
two minutes apart a quarter of all answers would come too late. Each reading of the pulse measures the skew
(Cristian's algorithm, https://doi.org/10.1007/BF01784024), to within half of the time that it takes.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.model.clock import Clock, SystemClock
from bot.model.translatable import Translatable, tr

log = logging.getLogger("oaflow.clock")

TOLERATED = timedelta(seconds=1)
"""Less than any deviation of a clock set by NTP: within it the machine's clock is kept."""
SETTLED = TOLERATED / 2
"""Nearer than that a corrected clock goes by the machine again, and a new measurement changes nothing."""
LONGEST_QUESTION = 0.5
"""Seconds that a measurement may take: a frozen process would take its own sleep for a skew."""
NONE = timedelta()


class ClockSkew:
    """Keeps a clock at the database's time; the log, `/readyz` and `/metrics` show by how much."""

    def __init__(self, clock: SystemClock, machine: Clock) -> None:
        """`clock` is corrected, `machine` says what this machine thinks."""
        self._clock = clock
        self._machine = machine
        self._corrected = NONE
        self._measured: timedelta | None = None

    @property
    def seconds(self) -> float:
        """By how much the machine's clock is ahead of the database's, as measured last; 0 before that."""
        return self.measured or 0.0

    @property
    def measured(self) -> float | None:
        """Seconds by which the machine's clock is ahead of the database's; `None` until it is measured."""
        return None if self._measured is None else self._measured.total_seconds()

    @property
    def trouble(self) -> Translatable | None:
        """What is wrong with the machine's clock; `None` where it is near enough."""
        return _in_words(self._corrected) if self._corrected else None

    def measure(self, database: datetime, took: float) -> None:
        """Measure by the database's time, from a query that `took` so many seconds."""
        if took > LONGEST_QUESTION:
            return
        self._measured = measured = self._machine.now() - timedelta(seconds=took / 2) - database
        limit = SETTLED if self._corrected else TOLERATED
        wanted = measured if abs(measured) >= limit else NONE
        if wanted == self._corrected or (wanted and abs(wanted - self._corrected) < SETTLED):
            return
        self._corrected = wanted
        self._clock.shift(-wanted)
        if wanted:
            log.warning("%s: oaflow goes by the database's; set the clocks of both by NTP", _in_words(wanted))
        else:
            log.warning("this machine's clock and the database's are the same again")


def _in_words(skew: timedelta) -> Translatable:
    seconds = f"{abs(skew).total_seconds():.1f}"
    if skew > NONE:
        return tr("this machine's clock is {seconds} s ahead of the database's", seconds=seconds)
    return tr("this machine's clock is {seconds} s behind the database's", seconds=seconds)
