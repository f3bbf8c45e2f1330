"""What some random schedules have besides: clocks of processes that are a minute apart, a database away.

By a seed of their own, so that the schedules without stay what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from bot.model.inbox import Received
from tests.conftest import NOW, ManualClock
from tests.runtime.cast import Process
from tests.runtime.gates import EVERYBODY, Gates

AHEAD = (-30, 30)
"""Seconds by which a process's clock is before that of the database."""
OUTAGES = (0.5, 3.0, 12.0)
"""Seconds for which the database is out of reach; the last ones are more than a lease."""


class Hardships:
    """Those of one schedule."""

    def __init__(self, seed: int, gates: Gates, clock: ManualClock, tell: Callable[[str], None]) -> None:
        self._dice = Random(f"hardships of {seed}")
        self._gates, self._clock, self._tell = gates, clock, tell
        self._until = 0.0
        self.clocks_apart = self._dice.random() < 0.4
        self.outages = self._dice.random() < 0.4
        self.forgets = self._dice.random() < 0.2
        """Whether a process remembers hardly any events that it has heard."""

    def ahead(self) -> timedelta:
        """How far the clock of a process is before the others, which is started now."""
        return timedelta(seconds=self._dice.choice(AHEAD)) if self.clocks_apart else timedelta(0)

    @property
    def margin(self) -> int:
        """Milliseconds by which a process's clock may be behind LINE's."""
        return max(AHEAD) * 1000 if self.clocks_apart else 0

    def received(self, event: Received, one: Process, sent: int) -> Received:
        """An event as this process receives it, that came into being then: when, says its own clock.

        One of ours, not LINE's, is what it was made.
        """
        if not event.entry.raw.startswith(b"{"):
            return event
        told = replace(event.event, sent=sent)
        if not self.clocks_apart:
            return Received(event.entry, told)
        now = one.clock.now()
        return Received(replace(event.entry, at=now), replace(told, at=now))

    def acts(self, processes: Sequence[Process]) -> Mapping[Callable[[], None], float]:
        """What may happen, with its weight."""
        away = bool(self._gates.away)

        def goes() -> None:
            one_of_them = self._dice.choice(processes).who
            self._goes(self._dice.choice((EVERYBODY, one_of_them)))

        return {
            goes: 0.7 if self.outages and processes and not away else 0.0,
            self.comes_back: 15.0 if away and self._seconds() >= self._until else 0.0,
        }

    def stops(self, weight: float) -> float:
        """How often a process is stopped: rather while the database is away."""
        return weight * 10 if self._gates.away else weight

    def comes_back(self) -> None:
        """The database is reached again, by everybody."""
        if self._gates.away:
            self._tell("the database is back")
            self._gates.away = frozenset()

    def _goes(self, who: str) -> None:
        self._until = self._seconds() + self._dice.choice(OUTAGES)
        self._tell(f"the database is away for {who}")
        self._gates.away = frozenset({who})

    def _seconds(self) -> float:
        return (self._clock.now() - NOW).total_seconds()
