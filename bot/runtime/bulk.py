"""Tools for work on many people: pages, repeated looks, a backoff where another system refuses.

A look is one pass over the database for what is to be done. Each is followed by a second one: a turn that was
decided just before a moment, or by an older list, may be written just after the first look has read.
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
    """The pause after failures of one thing: `failures` in a row, the last one at `failed_at`; until
    `not_before` it is not tried."""

    failures: int = 0
    not_before: datetime | None = None
    failed_at: datetime | None = None

    def may(self, now: datetime) -> bool:
        """Whether the pause after the last failure is over."""
        if self.not_before is None or self.failed_at is None:
            return True
        return not self.failed_at <= now < self.not_before  # earlier: the clock was set back

    def failed(self, now: datetime, least: float = 0.0) -> bool:
        """Record a failure, with a pause of `least` seconds at least; whether it is the first one in a
        row."""
        self.failures += 1
        self.failed_at = now
        self.not_before = now + timedelta(seconds=max(least, backoff(self.failures)))
        return self.failures == 1

    def went_well(self) -> int:
        """Record a success; gives how many failures in a row came before it."""
        failures, self.failures, self.not_before = self.failures, 0, None
        return failures


T = TypeVar("T")


async def pages(
    find: Callable[[str], Awaitable[Sequence[T]]], id_of: Callable[[T], str], after: str = ""
) -> AsyncIterator[Sequence[T]]:
    """Pages: what `find(id)` finds after the id `after`, then after the last one found, until there are
    none."""
    while found := await find(after):
        after = id_of(found[-1])
        yield found


POLL = 0.5
"""Seconds between two checks whether events are through."""
PATIENCE = 60.0
"""Seconds that `enqueue_and_wait` waits at most."""


async def enqueue_and_wait(
    events: Sequence[Received],
    hear: StoreEvents,
    is_through: Callable[[Received], bool],
    clock: PatientClock,
) -> None:
    """Store these events with `hear`, and return when all are through, or after `PATIENCE` seconds.

    Raises `DatabaseUnavailable`.
    """
    await hear(events, PATIENCE)
    waited = 0.0
    while waited < PATIENCE and not all(is_through(one) for one in events):
        await clock.wait(POLL)
        waited += POLL


LOOK = 2.0
"""Seconds between two checks whether a look is due; most of them read only memory."""
OTHERS_KNOW = timedelta(seconds=SETTLED)
"""Time after which no turn is written any more that was decided by an older list or at an earlier moment."""


@dataclass(slots=True)
class ScanTimes:
    """When everybody is to be looked through again."""

    what: object = None
    """What the last look went by, such as the lists' names: with another value a look is due."""
    at: datetime | None = None
    """When the last look was; `None`: there was none."""
    next: datetime | None = None
    """When time may change something; `None`: never."""
    once_more: datetime | None = None
    """When the second look is due; `None`: it was done."""

    def are_due(self, what: object, now: datetime) -> bool:
        """Whether a look is due, be it the first or the second."""
        return self._is_news(what, now) or _is_over(self.once_more, now)

    def scanned(self, what: object, now: datetime, following: datetime | None) -> None:
        """Record a look that went by `what` at `now`; time changes nothing before `following` (`None`:
        ever)."""
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
    """Call `look` every so many seconds, and whenever `woken` is set, for ever.

    A look that raises `DatabaseUnavailable` ends there; what it has not done is done by the next one.
    """
    woken = woken or asyncio.Event()
    while True:
        woken.clear()
        with suppress(DatabaseUnavailable):
            await look()
        await pause(clock, every, woken)


async def look_when_woken(look: Callable[[], Awaitable[object]], woken: asyncio.Event) -> None:
    """Call `look` at once, and whenever `woken` is set, for ever. `DatabaseUnavailable` ends one look
    only."""
    while True:
        woken.clear()
        with suppress(DatabaseUnavailable):
            await look()
        await woken.wait()


@dataclass(eq=False, repr=False)
class OwnerLooks:
    """Looks over all people in one process, the owner of part 0.

    At its start, when `_what()` gives another value than at the last look, when time may have changed
    something, and once more after each of these (`ScanTimes`).
    """

    _what: Callable[[], object]
    """What a look goes by."""
    _owns: Callable[[int], bool]
    _clock: PatientClock
    wanted: Callable[[], bool] = field(kw_only=True, default=lambda: True)
    """Whether there is any reason to look."""
    times: ScanTimes = field(init=False, default_factory=ScanTimes)

    @property
    def is_at_rest(self) -> bool:
        """Whether no look is due just now, as far as this process knows."""
        return not (self._owns(0) and self._is_due())

    async def run(self, look: Callable[[], Awaitable[None]]) -> None:
        """Call `look` whenever one is due, for ever. `look` records itself what it went by
        (`times.scanned`)."""

        async def look_if_due() -> None:
            if not self._owns(0):
                self.times = ScanTimes()  # another owner may change things meanwhile
            elif self._is_due():
                await look()

        await keep_looking(look_if_due, self._clock, LOOK)

    def _is_due(self) -> bool:
        return self.wanted() and self.times.are_due(self._what(), self._clock.now())
