"""Work on many people: pages of them, a scan again and again, a backoff where somebody refuses.

Each look is followed by a second one: a turn that was decided just before a moment, or by an older list,
may be written just after the first look has read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.model.clock import PatientClock
from bot.model.inbox import Received
from bot.model.processes import SETTLED
from bot.runtime.pause import pause
from bot.runtime.retry import backoff
from bot.services.own_events import StoreEvents
from bot.store.unavailable import DatabaseUnavailable


@dataclass(slots=True)
class Backoff:
    """`failures` in a row, the last one at `failed_at`; until `not_before` nothing is tried."""

    failures: int = 0
    not_before: datetime | None = None
    failed_at: datetime | None = None

    def may(self, now: datetime) -> bool:
        """Whether the pause after the last failure is over."""
        if self.not_before is None or self.failed_at is None:
            return True
        return not self.failed_at <= now < self.not_before  # earlier: the clock was set back

    def failed(self, now: datetime, least: float = 0.0) -> bool:
        """It has failed, for `least` seconds at least; whether it was the first time in a row."""
        self.failures += 1
        self.failed_at = now
        self.not_before = now + timedelta(seconds=max(least, backoff(self.failures)))
        return self.failures == 1

    def went_well(self) -> int:
        """It has not; how often it had before."""
        failures, self.failures, self.not_before = self.failures, 0, None
        return failures


T = TypeVar("T")


async def pages(
    find: Callable[[str], Awaitable[Sequence[T]]], id_of: Callable[[T], str], after: str = ""
) -> AsyncIterator[Sequence[T]]:
    """What `find(id)` finds behind this id, then behind the last one found, until it finds nobody."""
    while found := await find(after):
        after = id_of(found[-1])
        yield found


POLL = 0.5
"""Seconds between two looks."""
PATIENCE = 60.0
"""Seconds after which nobody waits any more for somebody whose turn, or whose push, does not come."""


async def enqueue_and_wait(
    events: Sequence[Received],
    hear: StoreEvents,
    is_through: Callable[[Received], bool],
    clock: PatientClock,
) -> None:
    """Store these events, and return when they all are through, or after `PATIENCE`.

    Raises `DatabaseUnavailable`.
    """
    await hear(events, PATIENCE)
    waited = 0.0
    while waited < PATIENCE and not all(is_through(one) for one in events):
        await clock.wait(POLL)
        waited += POLL


LOOK = 2.0
"""Seconds between two looks whether there is something to do; most of them ask only memory."""
OTHERS_KNOW = timedelta(seconds=SETTLED)
"""After which no turn that goes by an older list, or by an earlier moment, is written any more."""


@dataclass(slots=True)
class ScanTimes:
    """`what` is what was looked through for (any other value asks for a look), `at` when it was, `next` when
    time may have changed something, `once_more` when the second look is due."""

    what: object = None
    at: datetime | None = None
    next: datetime | None = None
    once_more: datetime | None = None

    def are_due(self, what: object, now: datetime) -> bool:
        """Whether a look is due, be it the first or the second."""
        return self._is_news(what, now) or _is_over(self.once_more, now)

    def scanned(self, what: object, now: datetime, following: datetime | None) -> None:
        """Everybody was looked through as it was `now`; time changes nothing before `following`."""
        self.once_more = now + OTHERS_KNOW if self._is_news(what, now) else self._left(now)
        self.what, self.at, self.next = what, now, following

    def _is_news(self, what: object, now: datetime) -> bool:
        set_back = self.at is not None and now < self.at
        return self.at is None or self.what != what or set_back or _is_over(self.next, now)

    def _left(self, now: datetime) -> datetime | None:
        return None if _is_over(self.once_more, now) else self.once_more


def _is_over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now >= moment


async def keep_looking(
    look: Callable[[], Awaitable[object]],
    clock: PatientClock,
    every: float,
    woken: asyncio.Event | None = None,
) -> None:
    """Look, each so many seconds and whenever `woken` is set, for ever.

    A look that finds the database away ends there; what it has not done is done by the next one.
    """
    woken = woken or asyncio.Event()
    while True:
        woken.clear()
        with suppress(DatabaseUnavailable):
            await look()
        await pause(clock, every, woken)


async def look_when_woken(look: Callable[[], Awaitable[object]], woken: asyncio.Event) -> None:
    """Look at once, and whenever `woken` is set, for ever; as `keep_looking`."""
    while True:
        woken.clear()
        with suppress(DatabaseUnavailable):
            await look()
        await woken.wait()


@dataclass(eq=False, repr=False)
class OwnerLooks:
    """When one process, the owner of part 0, looks everybody through.

    At its start, when `what()` is another than at the last look, when time may have changed something, and
    once more after each of these (`ScanTimes`).

    `wanted()`: whether there is anything to be looked through for.
    """

    _what: Callable[[], object]
    _owns: Callable[[int], bool]
    _clock: PatientClock
    wanted: Callable[[], bool] = field(kw_only=True, default=lambda: True)
    times: ScanTimes = field(init=False, default_factory=ScanTimes)

    @property
    def is_at_rest(self) -> bool:
        """Whether no look is due just now, as far as this process knows."""
        return not (self._owns(0) and self._is_due())

    async def run(self, look: Callable[[], Awaitable[None]]) -> None:
        """Have `look` done whenever it is due, for ever. It says itself for what it has looked (`times`)."""

        async def look_if_due() -> None:
            if not self._owns(0):
                self.times = ScanTimes()  # another owner may change things meanwhile
            elif self._is_due():
                await look()

        await keep_looking(look_if_due, self._clock, LOOK)

    def _is_due(self) -> bool:
        return self.wanted() and self.times.are_due(self._what(), self._clock.now())
