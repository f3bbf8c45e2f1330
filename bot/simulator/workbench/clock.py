"""The clock of the process under `--simulator`, and moving it forward from one moment to the next."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from bot.engine.compiled.every_rule import every_rule
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnText, OnTextContaining, Rule
from bot.engine.times.local_time import LAST
from bot.model.clock import Clock, SystemClock
from bot.model.instance import Timer
from bot.simulator.workbench.inside import Inside


class Backwards(Exception):
    """The clock goes forward only: contacts and timers already have what has happened."""


class MovingClock:
    """Follows the clock below it, and can be moved forward; a move wakes what waits by it.

    A wait counts from when it is requested, not from when it is first awaited: a move between the two counts
    as well.
    """

    def __init__(self, below: Clock | None = None) -> None:
        self._below = below or SystemClock()
        self._moved = asyncio.Event()
        self.ahead = timedelta()
        """How far it is ahead of the clock below it."""

    def now(self) -> datetime:
        """UTC, whole milliseconds."""
        return self._below.now() + self.ahead

    def move_to(self, moment: datetime) -> None:
        """It is `moment` now, and goes on from there. Raises `Backwards`."""
        by = moment - self.now()
        if by < timedelta():
            raise Backwards
        self.ahead += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def wait(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Wait so many seconds of this clock; the machine's clock being set does not matter."""
        return self._wait_until(self._passed() + seconds)

    async def _wait_until(self, end: float) -> None:
        while (left := end - self._passed()) > 0:
            moved = self._moved
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await moved.wait()
        await asyncio.sleep(0)  # also a wait of nothing lets others go on, as `asyncio.sleep` does

    def _passed(self) -> float:
        """Seconds of this clock since some moment: they only grow."""
        return asyncio.get_running_loop().time() + self.ahead.total_seconds()


Of = Literal["rule", "menu", "flow", "broadcast"]
"""What begins or ends."""


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """Something of the playbook begins or ends."""

    of: Of
    name: str | None
    """Of a rule its name, else a text that it hears, if any; of a flow its title."""
    begins: bool
    place: str | None = None
    """`file:line` of a rule without a name, or with one that another dated rule has."""


@dataclass(frozen=True, slots=True)
class Turning:
    """All that changes at one moment: what begins is first, each group in the order of the playbook."""

    at: datetime
    changes: tuple[ScheduledChange, ...]


def next_turning(playbook: Playbook, after: datetime, until: datetime) -> Turning | None:
    """The first moment after `after` and not after `until` at which something changes; `None`: there is
    none."""
    found = [one for one in _changes(playbook) if after < one[0] <= until]
    if not found:
        return None
    first = min(at for at, _ in found)
    there = dict.fromkeys(change for at, change in found if at == first)
    return Turning(first, tuple(sorted(there, key=lambda change: not change.begins)))


def _changes(playbook: Playbook) -> Iterator[tuple[datetime, ScheduledChange]]:
    dated = {rule.place: rule for rule in every_rule(playbook) if rule.since or rule.until}.values()
    names = Counter(_called(rule) for rule in dated)
    for rule in dated:
        name, place = _called(rule), f"{rule.place.file}:{rule.place.line}"
        says_it = name is not None and names[name] == 1
        yield from _both("rule", name, rule.since, rule.until, None if says_it else place)
    for menu in playbook.menus:
        yield from _both("menu", menu.name, menu.since, menu.until)
    for flow in playbook.flows.values():
        yield from _both("flow", flow.title, flow.active_from, flow.active_until)


def _called(rule: Rule) -> str | None:
    if rule.name is not None:
        return rule.name
    texts = (text for when in rule.when if isinstance(when, OnText | OnTextContaining) for text in when.texts)
    return next(texts, None)


def _both(
    of: Of, name: str | None, since: datetime | None, until: datetime | None, place: str | None = None
) -> Iterator[tuple[datetime, ScheduledChange]]:
    if since is not None:
        yield since, ScheduledChange(of, name, begins=True, place=place)
    if until is not None:
        yield until, ScheduledChange(of, name, begins=False, place=place)


T = TypeVar("T")

TIMERS_AT_MOST = 1_000
"""Timers that may fall due in one jump: a flow may set its own timer again without end."""
SECONDS_AT_MOST = 60.0
"""Real seconds that one jump may take."""
REST_WITHIN = 20.0
"""Real seconds within which a turn is decided and its messages have arrived, also on a busy machine."""
TICK = 0.002
"""Real seconds between two checks of what is under way: there is no event for "nothing is left"."""

Why = Literal[
    "asked",  # it was stopped by hand
    "timers",  # `TIMERS_AT_MOST`
    "time",  # `SECONDS_AT_MOST`
    "stuck",  # a timer that is due is not decided
    "busy",  # work is not finished within `REST_WITHIN`
]
"""Why a jump ended before its goal."""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer and the id of its contact."""

    contact: str
    timer: Timer


@dataclass(frozen=True, slots=True)
class Jumped:
    """The result of a jump."""

    timers: int
    """Timers that fell due."""
    why: Why | None = None
    """`None`: it reached its goal."""
    stopped: str | None = None
    """`why` as a sentence."""


@dataclass(slots=True)
class Jump:
    """A jump that is under way."""

    begun: datetime
    """The moment from which it goes."""
    goal: datetime
    timers: int = 0
    """Timers that have fallen due so far."""
    is_to_stop: bool = False
    """Whether it ends at its next stop."""


@dataclass(eq=False, repr=False)
class Jumps:
    """Moves the clock, one jump at a time; a second one waits for the first.

    `_arrived()` says that nothing is on its way to the bot. `_afterwards()` is when LINE has carried out what
    it accepted; `None`: it has.
    """

    _clock: MovingClock
    _inside: Callable[[], Inside]
    _arrived: Callable[[], bool]
    _afterwards: Callable[[], datetime | None] = lambda: None
    _jumping: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    way: Jump | None = field(init=False, default=None)
    """The jump that is under way."""
    on_way: Callable[[Jump], None] = field(init=False, default_factory=lambda: lambda way: None)
    """Called where a jump begins, and at each of its stops."""

    async def next_due(self, wanted: Callable[[str], bool] = lambda contact: True) -> Due | None:
        """The timer that falls due first and does something, of the contacts that are wanted, or `None`."""
        due = [one for one in await self._due(LAST) if wanted(one.contact)]
        idle = await self._idle(due)
        return _first(one for one in due if one not in idle)

    async def to(self, goal: Callable[[datetime], Awaitable[datetime]]) -> Jumped:
        """Go to `goal(now)`; what falls due on the way is decided at its time.

        What was begun before is finished first; in the end the journal has all that has happened. Raises
        `Backwards`, and whatever `goal` raises.
        """
        async with self._jumping:
            await self._rest()
            now = self._clock.now()
            moment = await goal(now)
            if moment < now:
                raise Backwards
            self.way = Jump(now, moment)
            self.on_way(self.way)
            try:
                return await self._go(self.way)
            finally:
                self.way = None
                await self._inside().write_journal()

    async def between(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Run `work` while no jump runs and nothing is under way, and wait for what follows; `None`, without
        running it, where that takes too long."""
        async with self._jumping:
            if not await self._rest():
                return None
            done = await work()
            await self._rest()
            return done

    def stop(self) -> bool:
        """End the jump that is under way at its next stop; false: there is none."""
        if self.way is None:
            return False
        self.way.is_to_stop = True
        return True

    async def _go(self, way: Jump) -> Jumped:
        end = asyncio.get_running_loop().time() + SECONDS_AT_MOST
        while (stop := await self._next(way.goal)) is not None:
            if (ended := _ended(way, end)) is not None:
                return ended
            if isinstance(stop, Due):
                if not await self._step(stop.timer.due):
                    return _stuck(way, stop)
                way.timers += 1
            elif not await self._be(stop):
                return _busy(way)
            self.on_way(way)
        if not await self._be(way.goal):
            return _busy(way)
        if not await self._step(way.goal) and (left := _first(await self._due(way.goal))) is not None:
            return _stuck(way, left)
        return Jumped(way.timers)

    async def _next(self, goal: datetime) -> Due | datetime | None:
        """The next stop of a jump: a timer, or before it the moment of a sweep or a broadcast; `None`: the
        goal.

        Timers whose flow is paused are no stop: when due they only check again later, which they do at any
        other stop, too.
        """
        due = await self._due(goal)
        idle = await self._idle(due)
        first = _first(one for one in due if one not in idle)
        until = goal if first is None else first.timer.due
        return await self._inside().next_stop(self._clock.now(), until) or first

    async def _be(self, moment: datetime) -> bool:
        """Move the clock to `moment`, unless it is past it; whether nothing is under way then."""
        if self._clock.now() < moment:
            self._clock.move_to(moment)
        return await self._rest()

    async def _step(self, moment: datetime) -> bool:
        """Move the clock to `moment`; whether what is due by then was decided, and its messages have
        arrived."""
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
        """Wait until nothing is under way; false where that takes longer than `REST_WITHIN`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + REST_WITHIN
        while not self._is_at_rest():
            if loop.time() > end:
                return False
            await asyncio.sleep(TICK)
        return True

    def _is_at_rest(self) -> bool:
        """Whether nothing is under way. During a jump the clock moves on to when LINE has carried out what it
        accepted."""
        if not (self._arrived() and self._inside().is_at_rest()):
            return False
        if (moment := self._afterwards()) is None:
            return True
        if self.way is not None and self._clock.now() < moment:
            self._clock.move_to(moment)
        return False

    async def _due(self, until: datetime) -> list[Due]:
        return [Due(contact, timer) for contact, timer in await self._inside().timers(until)]

    async def _idle(self, due: list[Due]) -> list[Due]:
        """The timers whose turn only checks again later, as their flow is paused."""
        return [one for one in due if await self._inside().only_waits(one.contact, one.timer)]


def _first(timers: Iterable[Due]) -> Due | None:
    return min(timers, key=lambda one: (one.timer.due, one.contact), default=None)


def _ended(way: Jump, end: float) -> Jumped | None:
    """The result of a jump that may go no further; `None`: it may. `end` is by the event loop's clock."""
    if way.is_to_stop:
        return Jumped(way.timers, "asked", "it was stopped")
    if way.timers >= TIMERS_AT_MOST:
        return Jumped(way.timers, "timers", f"{way.timers} timers fell due on the way, and more would")
    if asyncio.get_running_loop().time() > end:
        return Jumped(way.timers, "time", f"it has taken {SECONDS_AT_MOST:g} s")
    return None


def _busy(way: Jump) -> Jumped:
    reason = f"after {REST_WITHIN:g} s not everything was decided and had arrived"
    return Jumped(way.timers, "busy", reason)


def _stuck(way: Jump, due: Due) -> Jumped:
    return Jumped(way.timers, "stuck", f"the timer {due.timer.timer} of {due.contact} is not decided")
