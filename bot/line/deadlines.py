"""What has to end in time: a timer for each of many is dear, and where all have the same time one will do."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Deadlines(Generic[T]):
    """Watches what has begun and not ended. Who began first is late first, so the timer is for that one."""

    def __init__(self, seconds: float, late: Callable[[T], None]) -> None:
        """`late(one)` is called once for what has not ended after so many `seconds`: it is forgotten then."""
        self._seconds = seconds
        self._late = late
        self._until: OrderedDict[T, float] = OrderedDict()  # a dict is slow to find its first one
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, one: T) -> None:
        """It begins now."""
        loop = asyncio.get_running_loop()
        self._until[one] = until = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_at(until, self._look)

    def end(self, one: T) -> None:
        """It has ended, or does not count any more."""
        self._until.pop(one, None)

    def take_first(self) -> T | None:
        """What began first, of what goes on: it is not watched any more."""
        return self._until.popitem(last=False)[0] if self._until else None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while (one := self._first()) is not None and self._until[one] <= loop.time():
                del self._until[one]
                self._late(one)
        finally:  # only now: whoever has begun meanwhile is late after whoever was there
            one = self._first()
            self._timer = None if one is None else loop.call_at(self._until[one], self._look)

    def _first(self) -> T | None:
        return next(iter(self._until), None)
