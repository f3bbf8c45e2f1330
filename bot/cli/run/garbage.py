"""Garbage is looked for in short looks, so that nobody waits for one.

Whoever waits beside a rush sees the longest look: Python's own threshold was 50,000 objects here, 17 to 26 ms
each second. Looks at what is young cost no more where they come often.
"""

from __future__ import annotations

import gc

YOUNG = 1_500
"""Objects made, and not let go, from one look to the next, which takes half a millisecond or one."""
AGAIN = 4
"""Such looks until what has outlived them is looked through once more: 2 to 5 ms."""
ALL = 5_000
"""Those until all is: 0.2 s for some 200,000 objects. Ten minutes of the worst rush, and many quiet days."""


def look_briefly_for_garbage() -> None:
    """From now on; what is there already is not looked through any more."""
    gc.freeze()
    gc.set_threshold(YOUNG, AGAIN, ALL)
