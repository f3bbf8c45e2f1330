"""Garbage is looked for seldom while many are served, so that nobody waits for it.

Python counts what was made and not let go. What events hold for half a second, until the journal is written,
counts as well, and goes by itself: at 15,000 objects a look, as it was here, a crowd had five looks a second
that found nothing, of 3 to 37 ms each in a rush, and took a tenth of what an event costs. Now it has none.
What strangers leave behind is looked for by its own number (`web/connections`).
"""

from __future__ import annotations

import gc

YOUNG = 200_000
"""Objects from one look to the next: more than events hold at once, and some 20 MB."""
AGAIN = 15
"""Looks that are over when the next one goes through what has outlived them, too: 0.16 s for 222,000
objects, once in three million."""
ALL = 10
"""Of the latter, when the next one goes through all that came since the start, if a quarter of it is new."""


def look_seldom_for_garbage() -> None:
    """From now on; what is there already is not looked through any more."""
    gc.freeze()
    gc.set_threshold(YOUNG, AGAIN, ALL)
