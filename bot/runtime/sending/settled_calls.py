"""Calls of which it is remembered that they are settled: the last ones, and no more of them than fit."""

from __future__ import annotations

from collections import OrderedDict

MOST = 20_000


class SettledCalls:
    """Ids of calls."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, call: str) -> bool:
        """Whether it is settled, as far as is remembered."""
        return call in self._calls

    def add(self, call: str) -> None:
        """It is settled."""
        self._calls[call] = None
        if len(self._calls) > MOST:
            self._calls.popitem(last=False)
