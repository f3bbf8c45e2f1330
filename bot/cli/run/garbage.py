"""Garbage is looked for seldom in a process that serves, and never for long while people wait.

Python looks through all that was made since it looked last, once that is so many objects: for 20 ms at
50,000, each second where many come at once, and finds nothing, for a turn hardly ever leaves a cycle behind.
So what has lived for a moment is set aside, which costs nothing. Where it is little it is looked through
before that, and all of it once an hour, or once much was set aside: 0.15 s, in which nobody is served either.
"""

from __future__ import annotations

import gc

from bot.model.clock import PatientClock

MOMENT = 0.2
"""Seconds from one look to the next."""
FEW = 1_000
"""Objects that are looked through in half a millisecond."""
SWEEP = 18_000
"""Moments until all is looked through: an hour."""
MOST = 2_000_000
"""Objects set aside until then, at most: were all of them garbage, some 200 MB."""
MANY = 200_000
"""Objects in one moment, after which Python looks by itself all the same."""


def rest_the_collector() -> None:
    """What is there already is not looked through any more, nor what comes, but by `MANY`."""
    gc.freeze()
    gc.set_threshold(MANY, 20, 50)


async def seldom_collected(clock: PatientClock) -> None:
    """Look for garbage from now on, as above, until cancelled."""
    rest_the_collector()
    moments = aside = 0
    while True:
        await clock.wait(MOMENT)
        moments += 1
        if (young := gc.get_count()[0]) < FEW:
            gc.collect(0)
        else:
            aside += young
        if moments >= SWEEP or aside >= MOST:
            moments = aside = 0
            gc.unfreeze()
            gc.collect()
        gc.freeze()
