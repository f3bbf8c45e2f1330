"""How much time the steps of a recording let pass: moves of the clock, and what timers need, as a person
would write it.

The player's real pauses between two steps are left out where the scenario holds without them. So the time in
the scenario falls behind the time when it was played, by a lag that grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import local
from bot.model.contact import Contact
from bot.model.event import TimerDue

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LONG = timedelta(minutes=5)
"""A pause of this length or longer may matter."""
SHORT = timedelta(seconds=20)
"""A shorter pause is not rounded up to a minute."""
_HOURS = timedelta(hours=12)
"""A wait of this length or longer is written as a moment, not as a span."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Which pauses of the player are written, and how moves of the clock are."""

    written: Mapping[int, timedelta] = field(default_factory=dict)
    """The pauses to write, by the number of the act behind each."""
    as_moved: bool = True
    """Whether a move of the clock is written as its span; else the clock goes to the time when it was
    played."""
    step: timedelta = MINUTE
    """The unit to which all waits are rounded."""

    def without(self, number: int) -> Pauses:
        """These without one of the written pauses."""
        written = {key: span for key, span in self.written.items() if key != number}
        return Pauses(written, self.as_moved, self.step)


def ways(pauses: Sequence[timedelta]) -> list[Pauses]:
    """How the time of a recording may be written, the shortest first, the last to the second."""
    long = {n: span // MINUTE * MINUTE for n, span in enumerate(pauses) if span >= LONG}
    rounded = {n: -(-span // MINUTE) * MINUTE for n, span in enumerate(pauses) if span >= SHORT}
    exact = {n: span // SECOND * SECOND for n, span in enumerate(pauses) if span >= SECOND}
    found: list[Pauses] = []
    for written in ({}, long, rounded):
        for way in (Pauses(written), Pauses(written, as_moved=False)):
            if way not in found:
                found.append(way)
    return [*found, Pauses(exact, as_moved=False, step=SECOND)]


class Telling:
    """Translates the times at which things were played into times of the scenario, and writes its `wait`
    steps."""

    def __init__(self, start: datetime, zone: ZoneInfo, pauses: Pauses) -> None:
        self.spans: list[timedelta] = []
        """The pauses of the player, as they were, also those that are not written."""
        self._zone = zone
        self._pauses = pauses
        self._now = start
        self._played = start
        self._acted = start
        """When the last step was, in the scenario."""
        self._lags: list[tuple[datetime, timedelta]] = []
        """Moments when it was played, each with how far the scenario was behind then."""

    def act(self, played: datetime) -> list[str]:
        """Somebody acts: the step for the pause before it, where that is written."""
        number = len(self.spans)
        self.spans.append(max(played - self._played, timedelta()))
        lines = self.wait(self._now + self._pauses.written.get(number, timedelta()))
        self._seen(played, self._now)
        self._acted = self._now
        return lines

    def timer(self, played: datetime, due: datetime) -> None:
        """A timer has fired, which is due at `due` in the scenario."""
        self._seen(played, due)

    def moved(self, played: datetime, by: timedelta) -> list[str]:
        """The step for a move of the clock by whole minutes, or to a full minute; any other move goes to a
        timer, whose own wait is written."""
        if not self._pauses.as_moved:
            lines = self.wait(played)
        elif by and by % MINUTE == timedelta():
            lines = self.wait(self._acted + by, whole=by)
        else:
            lines = [] if played.second else self.wait(played, until=True)
        self._seen(played, self._now)
        self._acted = self._now
        return lines

    def due(self, timer: TimerDue, before: Contact) -> datetime:
        """When a timer is due in the scenario: as long after its state was entered as when it was played, or
        by the clock."""
        due = timer.timer.due
        instance = before.instance(timer.timer.flow, timer.timer.channel)
        if instance is None or not self._pauses.as_moved or (due - instance.entered) % MINUTE:
            return max(due, self._now)
        return max(due - self._lag(instance.entered), self._now)

    def wait(self, moment: datetime, *, whole: timedelta | None = None, until: bool = False) -> list[str]:
        """The step that lets time pass until `moment`; none where that is less than a unit away. `whole` is
        the span as it was moved, written in days where it is whole days; `until`: written as a moment."""
        step = self._pauses.step
        span = (moment - self._now) // step * step
        if span < step:
            return []
        self._now += span
        if span == whole and span % _DAY == timedelta():
            return [f"- wait: {span // _DAY}d"]
        if (span < _HOURS or step == SECOND) and not until:
            return [f"- wait: {_span(span)}"]
        return [f"- wait: until {local(self._now, self._zone):%Y-%m-%d %H:%M}"]

    def _seen(self, played: datetime, here: datetime) -> None:
        self._played = max(self._played, played)
        self._lags.append((played, played - here))

    def _lag(self, played: datetime) -> timedelta:
        """By how much the scenario was behind at that moment."""
        known = [lag for at, lag in self._lags if at <= played]
        return known[-1] if known else timedelta()


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    hours, minutes, left = seconds // 3600, seconds // 60 % 60, seconds % 60
    return "".join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if n)
