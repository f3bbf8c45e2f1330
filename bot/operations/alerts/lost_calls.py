"""The calls that were given up, grouped by reason, for alerts and figures: the database groups them at most
once a minute, or when their number changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.events.dead_letters import DeadLetterGroup, DeadLetters

SELDOM = timedelta(seconds=60)
"""The time between two groupings, as long as no other number hints at a change."""
ATTENDED = timedelta(days=7)
"""What was given up longer ago asks for nobody's attention any more."""
COUNTED_MOST = 1_000


class LostCalls:
    """Remembers the last grouping."""

    def __init__(self, store: DeadLetters) -> None:
        self._store = store
        self._at: datetime | None = None
        self._number = 0
        self._groups: Sequence[DeadLetterGroup] = ()

    async def groups(self, now: datetime) -> Sequence[DeadLetterGroup]:
        """Those that nobody has sent once more or dropped. Raises `DatabaseUnavailable`."""
        number = await self._store.how_many_open(now - ATTENDED, COUNTED_MOST)
        if self._at is None or number != self._number or now - self._at >= SELDOM:
            self._groups = await self._store.groups(now - ATTENDED) if number else ()
            self._at, self._number = now, number
        return self._groups
