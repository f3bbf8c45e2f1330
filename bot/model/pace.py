"""How soon processes learn of each other's death: the life of a lease, and what is measured by it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

SETTLED = 15.0
"""Seconds after which nothing is written any more that was decided within a lease: it has ended, and so has
the longest write. Who looks a second time, or gives away what was reserved, waits so long."""

STALE = 5.0
"""Seconds for which a decision may wait to be written: so it is written before that, or not at all."""

WRITING = 5.0
"""Seconds of these that a write may take which was begun in the last moment of a lease."""


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. A process has one, by which it takes its leases and keeps them.

    Processes of one database may differ: each renewal says until when it holds, and each owner counts by its
    own. Tests take one that is quicker.
    """

    lease: float = 10.0
    """For which a renewal holds, by the server's clock."""
    renew: float = 3.0
    """Between two renewals."""
    margin: float = 2.0
    """Before the end of the lease, when we stop acting on it: clocks and calls take time."""
    grace: float = 8.0
    """For calls under way when a process is to stop."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for one that is not safe, or that loses its leases by itself."""
        numbers = [getattr(self, field.name) for field in fields(self)]
        if not all(math.isfinite(number) and number > 0 for number in numbers):
            raise ValueError("each of them is more than nothing, and ends")
        if self.lease + WRITING > SETTLED:
            raise ValueError(f"a lease lasts {SETTLED - WRITING:g} s at most: others count on it")
        if self.margin < self.lease / 10:
            raise ValueError("the margin is less than a tenth of the lease")
        if 2 * self.renew > self.lease - self.margin:
            raise ValueError("a renewal that fails must leave time for another")
        if self.grace > self.lease - self.margin:
            raise ValueError("the grace of a stop is longer than the lease is sure")


PRODUCTION = Pace()


def pace_of(words: str) -> Pace:
    """The pace that is written as LEASE/RENEW/MARGIN/GRACE. Raises `ValueError`."""
    lease, renew, margin, grace = (float(word) for word in words.split("/"))
    return Pace(lease, renew, margin, grace)
