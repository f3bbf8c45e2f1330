"""Garbage is looked for in short looks, so that nobody waits long for one.

Whoever waits beside a rush sees the longest: at 50,000 objects a look, as it was here, 17 to 26 ms each
second. At 1,500, whatever many events hold for a moment is looked through as well: up to a tenth of what
each costs, where ten come in one webhook. Python counts what was made and not let go.
"""

from __future__ import annotations

import gc

YOUNG = 15_000
"""Objects from one look to the next, which takes 3 to 6 ms."""
AGAIN = 200
"""Looks that are over when the next one goes through what has outlived them, too: 0.16 s for 222,000
objects, once in three million, which are a minute of the worst rush, or hours."""
ALL = 10
"""Of the latter, when the next one goes through all that came since the start, if a quarter of it is new."""


def look_briefly_for_garbage() -> None:
    """From now on; what is there already is not looked through any more."""
    gc.freeze()
    gc.set_threshold(YOUNG, AGAIN, ALL)
