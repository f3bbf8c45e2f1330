"""Garbage is looked for in short looks, so that nobody waits long for one.

Whoever waits beside a rush sees the longest: at 50,000 objects a look, as it was here, 17 to 26 ms each
second. Looks at what is young cost no more where they come often. Python counts what was made and not let go.
"""

from __future__ import annotations

import gc

YOUNG = 1_500
"""Objects from one look to the next, which takes half a millisecond or one."""
AGAIN = 4
"""Looks that are over when the next goes through what has outlived them as well: every sixth, 2 to 5 ms."""
ALL = 1_000
"""Of the latter, when the next one goes through all that came since the start, if a quarter of it is new.

Up to 0.2 s for 200,000 objects, once in nine million: three minutes of the worst rush, or many quiet days.
"""


def look_briefly_for_garbage() -> None:
    """From now on; what is there already is not looked through any more."""
    gc.freeze()
    gc.set_threshold(YOUNG, AGAIN, ALL)
