"""Which time a recording lets pass: what the clock was moved, what timers need, as a person would write it.

Whoever plays thinks between two steps, and that is no pause: in the scenario it is earlier then than it was
when it was played, by a lag that grows.
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
"""From here on a pause may mean something."""
SHORT = timedelta(seconds=20)
"""Below it none is rounded up to a minute."""
_HOURS = timedelta(hours=12)
"""From this span on the wait is written as a moment, not as a span."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pauses:
    """What is written of the time between two steps.

    `written` are pauses of the player, by number, each as long as it is to be. `as_moved`: the clock
    goes as far as it was moved; else until it is as late as it was then. `step` is what all is rounded to.
    """

    written: Mapping[int, timedelta] = field(default_factory=dict)
    as_moved: bool = True
    step: timedelta = MINUTE

    def without(self, number: int) -> Pauses:
        """The same without one of the pauses."""
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
    """What time it is in the scenario, step by step, beside what time it was when it was played."""

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

    def act(self, played: datetime) -> list[str]:
        """Somebody does something; the pause before it, where it is written."""
        number = len(self.spans)
        self.spans.append(max(played - self._played, timedelta()))
        lines = self.wait(self._now + self._pauses.written.get(number, timedelta()))
        self._seen(played, self._now)
        self._acted = self._now
        return lines

    def timer(self, played: datetime, due: datetime) -> None:
        """A timer has fired, which is `due` then in the scenario."""
        self._seen(played, due)

    def moved(self, played: datetime, by: timedelta) -> list[str]:
        """The clock was moved: so far, or to a full minute; else to a timer, which tells itself."""
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
        """When a timer is due in the scenario: so long after its state was entered there, or by the clock."""
        due = timer.timer.due
        instance = before.instance(timer.timer.flow, timer.timer.channel)
        if instance is None or not self._pauses.as_moved or (due - instance.entered) % MINUTE:
            return max(due, self._now)
        return max(due - self._lag(instance.entered), self._now)

    def wait(self, moment: datetime, *, whole: timedelta | None = None, until: bool = False) -> list[str]:
        """Let it be this moment, where that is later by a step; `whole`: how it is written, if it fits."""
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
