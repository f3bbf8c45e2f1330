"""Which events are surely stored nowhere, so that nobody needs to be asked: their turn may carry them.

LINE says of an event when it came into being, and whether it is delivered again. Who has had a part ever
since, and remembers all ids heard meanwhile, would know one that was delivered before: to ourselves, or to
another process, which has put it into the contact's `waiting` before its 200 (law 6).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.model.clock import Clock
from bot.model.inbox import Received

KEPT = 25_000
"""Ids that are remembered at least, and twice as many at most."""

FUTURE = 600_000
"""Milliseconds ahead of us from which on a stamp says nothing of LINE's clock."""

MARGIN = 10_000
"""Milliseconds by which LINE's clock may be ahead of ours, until it is seen to be more."""


class SurelyNew:
    """Remembers what was heard. What is not surely new may be so all the same."""

    def __init__(self, clock: Clock, ours_since: Callable[[int], datetime | None]) -> None:
        """`ours_since(part)`: from when on a part has been ours, without a break; `None` where it is not."""
        self._clock = clock
        self._ours_since = ours_since
        self._heard = set[str]()
        self._before = set[str]()
        """What was heard before those."""
        self._before_until = 0
        self._forgotten = 0
        """Up to when what was heard may be forgotten."""
        self._ahead = MARGIN

    def hear(self, ids: Collection[str]) -> None:
        """These are, or will be, in the database."""
        self._heard.update(ids)
        if len(self._heard) >= KEPT:
            self._forgotten = max(self._forgotten, self._before_until)
            self._before_until = _milliseconds(self._clock.now())
            self._before, self._heard = self._heard, set()

    def are(self, received: Sequence[Received]) -> bool:
        """Whether all of these are, of which none was told to `hear` yet. LINE's clock is looked at, too."""
        now = _milliseconds(self._clock.now())
        ahead = [item.event.sent - now for item in received]
        self._ahead = max((self._ahead, *(one for one in ahead if one <= FUTURE)))
        return max(ahead) <= FUTURE and all(map(self._is, received))

    def _is(self, received: Received) -> bool:
        entry, event = received.entry, received.event
        since = self._ours_since(entry.part)
        if since is None or event.redelivered or entry.id in self._heard or entry.id in self._before:
            return False
        return event.sent > max(_milliseconds(since), self._forgotten) + self._ahead


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
