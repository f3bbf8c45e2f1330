"""Waking contacts when a timer of theirs is due. The rows lie on the contacts; memory only holds the next."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.model.clock import PatientClock
from bot.model.contact import Contact
from bot.model.part import part_of
from bot.runtime.lanes import Lanes
from bot.runtime.pause import pause
from bot.runtime.ports import ContactStore
from bot.store.unavailable import DatabaseUnavailable

HORIZON = timedelta(seconds=90)
"""How far ahead timers are read into memory."""

RESCAN = 30.0
"""Seconds between two readings."""


class TimerWatch:
    """Ticks the lanes of contacts whose timers are due. A tick too many does nothing."""

    def __init__(
        self,
        contacts: ContactStore,
        lanes: Lanes,
        clock: PatientClock,
        parts: Callable[[], list[int]],
        ours: Callable[[int], bool],
    ) -> None:
        self._contacts = contacts
        self._lanes = lanes
        self._clock = clock
        self._parts = parts
        self._ours = ours
        self._next: list[tuple[datetime, str]] = []
        self._noted: set[tuple[datetime, str]] = set()
        self._sooner = asyncio.Event()

    async def scan(self, parts: list[int]) -> None:
        """Read the timers of these parts that are due within the horizon. Raises `DatabaseUnavailable`."""
        if parts:
            for contact, timer in await self._contacts.timers(parts, self._clock.now() + HORIZON):
                self._add(timer.due, contact)

    def note(self, contact: Contact) -> None:
        """A turn has been written: its timers may be due before the next reading."""
        for timer in contact.timers:
            if timer.due <= self._clock.now() + HORIZON:
                self._add(timer.due, contact.id)

    def _add(self, due: datetime, contact: str) -> None:
        if (due, contact) not in self._noted:
            self._noted.add((due, contact))
            heapq.heappush(self._next, (due, contact))
            self._sooner.set()

    async def run(self) -> None:
        """Tick what is due, for ever."""
        scanned = self._clock.now()
        while True:
            now = self._clock.now()
            while self._next and self._next[0][0] <= now:
                timer = heapq.heappop(self._next)
                self._noted.discard(timer)
                if self._ours(part_of(timer[1])):
                    self._lanes.tick(timer[1], part_of(timer[1]))
            if (now - scanned).total_seconds() >= RESCAN:
                scanned = now
                with suppress(DatabaseUnavailable):  # the next reading finds them all the same
                    await self.scan(self._parts())
            await self._pause(now)

    async def _pause(self, now: datetime) -> None:
        seconds = RESCAN
        if self._next:
            seconds = min(seconds, max(0.0, (self._next[0][0] - now).total_seconds()))
        await pause(self._clock, seconds, self._sooner)
        self._sooner.clear()
