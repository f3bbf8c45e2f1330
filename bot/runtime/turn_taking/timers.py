"""Wakes contacts when a timer of theirs is due. Timers are stored on the contacts; memory holds the next few.

They are read in pages, soonest first, and the next page only when the last one is worked off: a million that
have come due while nobody ran cost no more memory than a thousand, and keep nobody waiting who starts.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.clock import PatientClock
from bot.model.contact import Contact
from bot.model.processes import part_of
from bot.runtime.pause import pause
from bot.runtime.ports import ContactStore
from bot.runtime.turn_taking.lanes import Lanes
from bot.store.contacts.due import Waiting
from bot.store.unavailable import DatabaseUnavailable

HORIZON = timedelta(seconds=90)
"""How far ahead timers are read into memory."""

RESCAN = 30.0
"""Seconds from the beginning of one reading to that of the next."""

PAGE = 2_000
"""Contacts that are read at once."""

WOKEN_TOGETHER = 100
"""Contacts that are woken in one go: in between webhooks are answered."""

LOOK = 0.05
"""Seconds until the next check where turns do not keep up."""


@dataclass(slots=True)
class _Reading:
    """One pass through the timers, page by page, from the one that is due first to `HORIZON`."""

    begun: datetime
    page: deque[Waiting] = field(default_factory=deque)
    """Contacts that were read and are not woken yet, by due time."""
    last: Waiting | None = None
    """The last one read: the next page begins after it."""
    ended: bool = False
    """Whether no page is left."""


@dataclass(eq=False, repr=False)
class TimerWatch:
    """Ticks the lanes of contacts whose timers are due, oldest first. A tick too many does nothing."""

    _contacts: ContactStore
    _lanes: Lanes
    _clock: PatientClock
    _parts: Callable[[], list[int]]
    _ours: Callable[[int], bool]
    _room: Callable[[], bool] = lambda: True
    """Whether the turns, and the calls that come of them, keep up."""
    _reading: _Reading = field(init=False)
    _noted: list[Waiting] = field(init=False, default_factory=list)
    """A heap of timers that were set since the last reading."""
    _known: set[Waiting] = field(init=False, default_factory=set)
    """The same timers, each once."""
    _stirred: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._reading = _Reading(self._clock.now())

    def read_anew(self) -> None:
        """Begin at the timer that is due first: some parts are ours now, or some time has passed."""
        self._reading = _Reading(self._clock.now())
        self._stirred.set()

    def note(self, contact: Contact) -> None:
        """To be called after a turn is written: remember its timers that are due before the next reading."""
        until = self._clock.now() + HORIZON
        for timer in contact.timers:
            if not timer.braked and timer.due <= until:
                self.remember((timer.due, contact.id))

    def remember(self, waiting: Waiting) -> None:
        """Tick this contact when it is due, whether a reading finds it or not."""
        if waiting not in self._known:
            self._known.add(waiting)
            heapq.heappush(self._noted, waiting)
            if self._noted[0] is waiting:
                self._stirred.set()

    @property
    def behind(self) -> float:
        """Seconds that the timer which is woken next has been due; 0 where none is due."""
        soonest = self._soonest()
        return 0.0 if soonest is None else max(0.0, -self._left(soonest))

    async def run(self) -> None:
        """Tick what is due, for ever."""
        while True:
            kept_up = await self._tick()
            if self._wants_page():
                with suppress(DatabaseUnavailable):
                    await self._read()
                    continue
            if kept_up and self._until_next_reading() <= 0 and not self._wants_page():
                self.read_anew()
            else:
                await pause(self._clock, self._idle(kept_up), self._stirred)
                self._stirred.clear()

    async def _tick(self) -> bool:
        """Wake due contacts, at least one, even if it cannot go on; whether none is left."""
        woken = 0
        while (soonest := self._soonest()) is not None and self._left(soonest) <= 0:
            self._take(soonest)
            if self._ours(part_of(soonest[1])):
                self._lanes.tick(soonest[1], part_of(soonest[1]))
            if not self._room():
                return False
            woken += 1
            if woken % WOKEN_TOGETHER == 0:
                await asyncio.sleep(0)
        return True

    def _soonest(self) -> Waiting | None:
        return min((rows[0] for rows in (self._reading.page, self._noted) if rows), default=None)

    def _take(self, soonest: Waiting) -> None:
        if self._noted and self._noted[0] == soonest:
            self._known.discard(heapq.heappop(self._noted))
        else:
            self._reading.page.popleft()

    def _left(self, waiting: Waiting) -> float:
        return (waiting[0] - self._clock.now()).total_seconds()

    def _wants_page(self) -> bool:
        return not self._reading.ended and len(self._reading.page) < PAGE // 2

    async def _read(self) -> None:
        reading = self._reading  # a new start meanwhile has another one
        until = self._clock.now() + HORIZON
        page = await self._contacts.due(self._parts(), reading.last, until, PAGE)
        reading.page.extend(page)
        reading.ended = len(page) < PAGE
        reading.last = page[-1] if page else reading.last

    def _until_next_reading(self) -> float:
        """Seconds; counted from the other side too, for clocks are set back."""
        return RESCAN - abs((self._clock.now() - self._reading.begun).total_seconds())

    def _idle(self, kept_up: bool) -> float:
        """Seconds until the next timer, unless a new one is set."""
        if not kept_up or self._wants_page():
            return LOOK
        soonest = self._soonest()
        seconds = max(0.0, self._until_next_reading())
        return seconds if soonest is None else min(seconds, max(0.0, self._left(soonest)))
