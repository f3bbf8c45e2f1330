"""One host that is called: so many calls at a time; and none, for a while, where nobody answers there."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

AT_ONCE = 64
"""Calls under way at one host; more wait for these, and their own time has not begun."""
LOST_IN_A_ROW = 20
"""So many tries without any answer, and the host counts as gone."""
LEFT_ALONE = timedelta(seconds=30)
"""For so long nobody calls a host that is gone; then one call looks whether it is there again."""


class HookHost:
    """Its calls would else wait for each other's time-outs: an hour for some thousands."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self._lost = 0
        self._until: datetime | None = None

    def may_call(self, now: datetime) -> bool:
        """Whether to call it. Of those that ask a host which is gone, one each `LEFT_ALONE` may."""
        if self._until is None:
            return True
        if now < self._until:
            return False
        self._until = now + LEFT_ALONE
        return True

    def called(self, now: datetime, *, answered: bool) -> None:
        """A try has ended, by any answer or by none."""
        if answered:
            self._lost, self._until = 0, None
            return
        self._lost += 1
        if self._lost >= LOST_IN_A_ROW:
            self._until = now + LEFT_ALONE
