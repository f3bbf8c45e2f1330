"""Wakes contacts whose timers the emergency brake (`bot.model.brake`) has held, once a stop has ended: as
fast as turns keep up, however late the timers are by then."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.model.brake import Brake
from bot.model.clock import PatientClock
from bot.model.processes import SETTLED, part_of
from bot.runtime.pause import pause
from bot.runtime.turn_taking.lanes import Lanes
from bot.store.contacts.due import HeldByBrake, Waiting
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.brake")

PAGE = 500
"""People who are read at a time."""
ROOM = 0.05
"""Seconds between two checks whether turns keep up again."""
CALLS = 60.0
"""Seconds between two checks of held calls."""
AGAIN = 1.0
"""Seconds until the next try where the database is away."""


class BrakedPeople(Protocol):
    """Queries of held contacts (`bot.store.contacts.due`). Both raise `DatabaseUnavailable`.

    `parts_by_brake`: those of these parts that have any. `by_brake`: at most `most` contacts of a part, in
    the order of their ids, from the first after the id `after` on.
    """

    async def parts_by_brake(self, parts: Sequence[int]) -> list[int]: ...
    async def by_brake(self, part: int, after: str, most: int) -> list[HeldByBrake]: ...


@dataclass(eq=False, repr=False)
class BrakeRelease:
    """Ticks the lanes of this process's held contacts. For one that is still held a tick does nothing.

    No state of its own is stored: held contacts are marked, and an owner queries them when a stop has ended,
    when parts come to it, and once more after `SETTLED` seconds, when no turn that was decided before can be
    written any more. What is not due yet then was held by a process whose clock is ahead: `TimerWatch` ticks
    it when it is due.
    """

    _people: BrakedPeople
    _brake: Callable[[], Brake]
    _lanes: Lanes
    _parts: Callable[[], list[int]]
    """The parts that this process owns now."""
    _room: Callable[[], bool]
    """Whether turns keep up."""
    _calls: Callable[[], None]
    """Sends the held calls that may go, and gives up those that have waited for too long."""
    _later: Callable[[Waiting], None]
    """Has a contact ticked when its timer is due."""
    _clock: PatientClock
    _wanted: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _second: bool = field(init=False, default=False)
    """Whether held contacts are to be queried once more, after `SETTLED` seconds."""
    _working: bool = field(init=False, default=False)

    def look(self) -> None:
        """To be called when the brake was changed, or this process got parts: check contacts and calls."""
        self._calls()
        self._second = True
        self._wanted.set()

    @property
    def is_at_rest(self) -> bool:
        """Whether no contact is to be woken just now."""
        return not (self._wanted.is_set() or self._working)

    async def run(self) -> None:
        """Tick held contacts after each `look`, for ever."""
        while True:
            await self._wait()
            self._working = True
            try:
                await self._wake()
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)
                self._wanted.set()
            finally:
                self._working = False

    async def watch_calls(self) -> None:
        """Check held calls each `CALLS` seconds, for ever."""
        while True:
            await self._clock.wait(CALLS)
            self._calls()

    async def _wait(self) -> None:
        if self._second and not self._wanted.is_set():
            await pause(self._clock, SETTLED, self._wanted)
            self._second = self._wanted.is_set()
        else:
            await self._wanted.wait()
        self._wanted.clear()

    async def _wake(self) -> None:
        if any(stop.channel is None and stop.flow is None for stop in self._brake().stops):
            return  # everybody is held
        woken = 0
        for part in await self._people.parts_by_brake(self._parts()):
            after = ""
            while people := await self._people.by_brake(part, after, PAGE):
                after = people[-1].contact
                for held in people:
                    await self._until_room()
                    if part in self._parts():
                        self._tick(held)
                        woken += 1
        if woken:
            log.info("looked at, for pushes go on: %d people whom the brake had held", woken)

    def _tick(self, held: HeldByBrake) -> None:
        now = self._clock.now()
        for due in held.dues:
            if due > now:
                self._later((due, held.contact))
        self._lanes.tick(held.contact, part_of(held.contact))

    async def _until_room(self) -> None:
        while not self._room():
            await self._clock.wait(ROOM)
