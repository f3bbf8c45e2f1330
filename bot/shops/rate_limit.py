"""The rate limit of a shop platform, and the order of who waits for it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.model.clock import PatientClock

SECOND = timedelta(seconds=1)

QueuePlace: TypeAlias = tuple[bool, int]
"""In the queue: whether it is behind all others, and the number."""


@dataclass(order=True, slots=True)
class _Waiting:
    place: QueuePlace
    until: datetime = field(compare=False)
    turn: asyncio.Future[bool] = field(compare=False)


class RateLimit:
    """At most `most` calls in any second of this process.

    Who takes a place keeps it for all calls of an errand: were turns given call by call, a crowd in which
    everybody needs four calls would keep everybody from the fourth.
    """

    def __init__(self, most: int, clock: PatientClock) -> None:
        self._latest: deque[datetime] = deque(maxlen=most)
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()
        self._clock = clock
        self._giving: asyncio.Task[None] | None = None

    def place(self, *, behind: bool = False) -> QueuePlace:
        """The next place in the queue; `behind`: of those who stand behind all others."""
        return behind, next(self._numbers)

    async def turn(self, place: QueuePlace, until: datetime) -> bool:
        """Wait for one's turn; false where it does not come by `until`, and at once where that is plain."""
        at = self._at(ahead=sum(other.place < place for other in self._waiting))
        if at > until:
            return False
        if not self._waiting and at <= self._clock.now():
            self._latest.append(at)
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, _Waiting(place, until, turn))
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give(), name="turns at a shop")
        return await turn

    def _at(self, ahead: int) -> datetime:
        """When a call may be made before which so many others are made."""
        at = self._clock.now()
        latest = deque((min(one, at) for one in self._latest), self._latest.maxlen)  # it was set back since
        for _ in range(ahead + 1):
            if len(latest) == latest.maxlen:
                at = max(at, latest[0] + SECOND)
            latest.append(at)
        return at

    async def _give(self) -> None:
        """One turn after the other, as long as somebody waits."""
        while self._waiting:
            at = self._at(ahead=0)
            await self._clock.wait(max(0.0, (at - self._clock.now()).total_seconds()))
            self._send_home(at)
            if self._waiting:
                self._latest.append(at)
                heapq.heappop(self._waiting).turn.set_result(True)

    def _send_home(self, at: datetime) -> None:
        """Those who do not want their turn any more, or not so late."""
        for late in self._waiting:
            if late.until < at and not late.turn.done():
                late.turn.set_result(False)
        self._waiting = [one for one in self._waiting if not one.turn.done()]
        heapq.heapify(self._waiting)
