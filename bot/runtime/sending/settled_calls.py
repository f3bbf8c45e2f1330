"""Calls of which it is remembered that they are settled: the last ones, and no more of them than fit."""

from __future__ import annotations

from collections import OrderedDict

MOST = 20_000


class SettledCalls(OrderedDict[str, None]):
    """Ids of calls. It is a dict itself, for whether it knows a call is asked of each one that is made."""

    def add(self, call: str) -> None:
        """It is settled."""
        self[call] = None
        if len(self) > MOST:
            self.popitem(last=False)
