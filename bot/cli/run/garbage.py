"""Garbage is looked for seldom in a process that serves, and never for long while people wait.

Python looks through all that was made since it looked last, once that is so many objects: for 20 ms at
50,000, each second where many come at once, and finds nothing, for a turn hardly ever leaves a cycle behind.
So what has lived for a moment is set aside, which costs nothing. Where it is little it is looked through
before that, and all of it once an hour.
"""

from __future__ import annotations

import gc
from itertools import count

from bot.model.clock import PatientClock

MOMENT = 0.2
"""Seconds from one look to the next."""
FEW = 1_000
"""Objects that are looked through in half a millisecond."""
SWEEP = 18_000
"""Moments until all is looked through: an hour."""
MANY = 200_000
"""Objects in one moment, after which Python looks by itself all the same."""


async def seldom_collected(clock: PatientClock) -> None:
    """Look for garbage from now on, as above, until cancelled."""
    gc.freeze()
    gc.set_threshold(MANY, 20, 50)
    for number in count(1):
        await clock.wait(MOMENT)
        if number % SWEEP == 0:
            gc.unfreeze()
            gc.collect()
        elif gc.get_count()[0] < FEW:
            gc.collect(0)
        gc.freeze()
