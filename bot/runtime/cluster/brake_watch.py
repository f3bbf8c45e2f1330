"""Reads what staff have stopped or paused (pushes, binding, flows, menus), twice a second, in every process.

What is known is never older than a second when a turn is decided.

A held timer is one write when it comes due, and goes on as another event. Pushes decided before wait for an
hour, then are dead letters: later they would say on Monday what was meant for Friday. Weighed: a change
stream, against which MongoDB matches every write, and one that hangs says nothing. A process that alone has
lost the database may send pushes decided before until its lease ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from bot.model.brake import OFF, Brake, PushStop
from bot.model.clock import PatientClock
from bot.runtime.cluster.ownership import since_boot
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.brake")

EVERY = 0.5
"""Seconds between two reads."""
OLDEST = 1.0
"""Seconds for which a reading is fresh: with an older one a caller reads first (after a freeze)."""

TRIES = 3
"""Reads in a row, at most, where each is too old by the time it is answered."""


class BrakeSource(Protocol):
    """The stored brake: `bot.store.events.pulse`. Raises `DatabaseUnavailable`."""

    async def read(self) -> Brake: ...


@dataclass(eq=False, repr=False)
class BrakeWatch:
    """Reads the brake for ever; `brake` is what was read last.

    `_boottime()`: seconds that go on while the machine sleeps.
    """

    _source: BrakeSource
    _clock: PatientClock
    _boottime: Callable[[], float] = since_boot
    _read_at: float = field(init=False, default=-inf)
    brake: Brake = field(init=False, default=OFF)
    on_change: list[Callable[[], None]] = field(init=False, default_factory=list)
    """Called when something else is stopped than before."""
    on_look: list[Callable[[], None]] = field(init=False, default_factory=list)
    """Called after each reading."""

    @property
    def is_fresh(self) -> bool:
        """Whether the last reading is recent enough to decide by."""
        return self._boottime() - self._read_at < OLDEST

    def in_short(self) -> list[str]:
        """What is stopped, for `/readyz`."""
        return [stop.about for stop in self.brake.stops]

    async def look(self) -> None:
        """Read which pushes are stopped. Raises `DatabaseUnavailable`."""
        begun = self._boottime()
        found = await self._source.read()
        if begun < self._read_at:
            return  # a later query has been answered sooner
        self._read_at = begun
        if found != self.brake:
            before, self.brake = self.brake, found
            _log_changes(before, found)
            for callback in self.on_change:
                callback()
        for callback in self.on_look:
            callback()

    async def know(self) -> None:
        """Read until it is fresh. An answer may be old when it comes, after a freeze: then it is read again.

        Where the database is slower than that, its last answer counts. Raises `DatabaseUnavailable`.
        """
        for _ in range(TRIES):
            if self.is_fresh:
                return
            await self.look()

    async def run(self) -> None:
        """Read the brake for ever."""
        while True:
            with suppress(DatabaseUnavailable):  # decisions read it first, and wait for it
                await self.look()
            await self._clock.wait(EVERY)


def _log_changes(before: Brake, now: Brake) -> None:
    for stop in now.stops:
        if stop not in before.stops:
            log.warning("pushes are stopped %s since %s: oaflow stop resume", _which(stop), stop.at)
    for stop in before.stops:
        if stop not in now.stops:
            log.warning("pushes go on %s", _which(stop))
    for pause in now.bindings:
        if pause not in before.bindings:
            log.warning("binding is paused on %s since %s: oaflow binding resume", pause.channel, pause.at)
    for pause in before.bindings:
        if pause not in now.bindings:
            log.warning("binding goes on, on %s", pause.channel)
    for limit in now.restrictions:
        if limit not in before.restrictions:
            log.warning("staff have the flow %s %s since %s", limit.flow, limit.limit, limit.at)
    for limit in before.restrictions:
        if limit not in now.restrictions:
            log.warning("the flow %s is %s by staff no more", limit.flow, limit.limit)
    for menu in now.menus:
        if menu not in before.menus:
            log.warning('staff have paused the rich menu "%s" since %s', menu.menu, menu.at)
    for menu in before.menus:
        if menu not in now.menus:
            log.warning('the rich menu "%s" is paused by staff no more', menu.menu)


def _which(stop: PushStop) -> str:
    where = "on all channels" if stop.channel is None else f"on {stop.channel}"
    return where if stop.flow is None else f"of the flow {stop.flow} {where}"
