"""What connections leave behind that aiohttp has read and that are cut: circles, looked for by their number.

Such a one holds itself by what was raised, with all that was read of it: up to a whole body. As that is some
thirty objects, a stranger could fill the memory before their number has Python look (`cli/run/garbage`).
Webhooks that we read ourselves leave none (`webhook_connections`), nor do raised answers (`raised_answers`).
"""

from __future__ import annotations

import gc

EVERY = 64
"""Connections from one look to the next; what is still in use during a look is found by a later one."""
OLDER = 16
"""Looks after which one goes through what was in use at the last ones, too: who waits with being cut."""


class LeftBehind:
    """Counts connections, and looks for what they have left."""

    def __init__(self) -> None:
        self._connections = 0

    def one_more(self) -> None:
        """Another connection is aiohttp's."""
        self._connections += 1
        if self._connections % EVERY == 0:
            gc.collect(_generation(self._connections // EVERY))


def _generation(look: int) -> int:
    """How old what this look goes through may be; 2: all that came since the start."""
    if look % OLDER:
        return 0
    return 2 if look % (OLDER * OLDER) == 0 else 1
