"""Moving the clock forward, from timer to timer and sweep to sweep, as if the time had passed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.engine.local_time import LAST
from bot.model.contact import Timer
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.moving_clock import Backwards, MovingClock

TIMERS_AT_MOST = 1_000
"""Timers that may fall due in one jump: a flow may arm its own anew for ever."""
SECONDS_AT_MOST = 60.0
"""Real seconds for one jump."""
REST_WITHIN = 20.0
"""Real seconds in which a turn is taken and its messages have arrived, also on a busy machine."""
TICK = 0.002
"""Real seconds between two looks at what is under way: there is no event for "nothing is left"."""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that comes, and of which contact."""

    contact: str
    timer: Timer


@dataclass(frozen=True, slots=True)
class Jumped:
    """What came of a jump: how many timers fell due, and why it ended too early, if it did."""

    timers: int
    stopped: str | None = None


class Jumps:
    """One jump at a time; who asks for another meanwhile waits."""

    def __init__(self, clock: MovingClock, inside: Callable[[], Inside], arrived: Callable[[], bool]) -> None:
        """`arrived()` says that nothing is on its way to the bot just now."""
        self._clock = clock
        self._inside = inside
        self._arrived = arrived
        self._jumping = asyncio.Lock()

    async def next_due(self, wanted: Callable[[str], bool] = lambda contact: True) -> Due | None:
        """The timer that falls due first, of the contacts that are wanted; `None` where there is none."""
        return _first(one for one in await self._due(LAST) if wanted(one.contact))

    async def to(self, goal: Callable[[datetime], Awaitable[datetime]]) -> Jumped:
        """Go to `goal(now)`; what falls due on the way is decided at its time.

        What was begun before is finished first. Raises `Backwards`, and whatever `goal` raises.
        """
        async with self._jumping:
            await self._rest()
            now = self._clock.now()
            moment = await goal(now)
            if moment < now:
                raise Backwards
            return await self._go(moment)

    async def _go(self, goal: datetime) -> Jumped:
        loop = asyncio.get_running_loop()
        end = loop.time() + SECONDS_AT_MOST
        count = 0
        while (stop := await self._next(goal)) is not None:
            if count >= TIMERS_AT_MOST or loop.time() > end:
                return Jumped(count, f"{count} timers fell due on the way, and more would")
            if not isinstance(stop, Due):
                await self._be(stop)
            elif await self._step(stop.timer.due):
                count += 1
            else:
                return Jumped(count, f"the timer {stop.timer.timer} of {stop.contact} is not decided")
        if not await self._be(goal):
            return Jumped(count, f"after {REST_WITHIN:g} s not everything was decided and had arrived")
        return Jumped(count)

    async def _next(self, goal: datetime) -> Due | datetime | None:
        """Where a jump stops next: at a timer, or at the moment of a sweep before it."""
        first = _first(await self._due(goal))
        until = goal if first is None else first.timer.due
        return await self._inside().next_sweep(self._clock.now(), until) or first

    async def _be(self, moment: datetime) -> bool:
        """It is `moment`, or has been; whether everything has come to rest there."""
        if self._clock.now() < moment:
            self._clock.move_to(moment)
        return await self._rest()

    async def _step(self, moment: datetime) -> bool:
        """It is `moment`; whether what is due by then has been decided, and all that came of it arrived."""
        end = asyncio.get_running_loop().time() + REST_WITHIN
        await self._be(moment)
        while asyncio.get_running_loop().time() < end:
            await self._rest()
            if not await self._due(moment):
                await self._rest()  # the turn was taken while we asked: what came of it is on its way
                return True
            await asyncio.sleep(TICK)
        return False

    async def _rest(self) -> bool:
        """Wait until nothing is left to do just now; false where that takes longer than it ever should."""
        loop = asyncio.get_running_loop()
        end = loop.time() + REST_WITHIN
        while not (self._arrived() and self._inside().is_at_rest()):
            if loop.time() > end:
                return False
            await asyncio.sleep(TICK)
        return True

    async def _due(self, until: datetime) -> list[Due]:
        return [Due(contact, timer) for contact, timer in await self._inside().timers(until)]


def _first(timers: Iterable[Due]) -> Due | None:
    return min(timers, key=lambda one: (one.timer.due, one.contact), default=None)
