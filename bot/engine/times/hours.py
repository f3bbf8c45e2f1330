"""Hours: times of day, weekdays and dates, by name or in place (language, section 11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import LAST, day_after, today, utc
from bot.model.value import Value

HORIZON = 400
"""Days within which the next change of hours is looked for: a year, and what `_still` may be late."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` (not included); across midnight where `end` is not later."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Days:
    """The windows of some days: weekdays (0 = Monday), or dates (`until` included); no window = closed."""

    windows: tuple[Window, ...]
    weekdays: frozenset[int] = frozenset()
    since: date | None = None
    until: date | None = None

    def concern(self, day: date) -> bool:
        """Whether these windows are for this day."""
        if self.since is not None and self.until is not None:
            return self.since <= day <= self.until
        return day.weekday() in self.weekdays

    def next_open(self, day: date) -> date | None:
        """The first day from this one on that these windows concern; `None` where there is none."""
        if not self.windows:
            return None
        if self.since is not None and self.until is not None:
            return max(day, self.since) if day <= self.until else None
        return next((d for n in range(7) if self.concern(d := day_after(day, n))), None)


def in_force(part: Iterable[Days], day: date) -> list[Days]:
    """Those of a part whose windows begin on this day: a date beats a weekday."""
    concerned = [days for days in part if days.concern(day)]
    return [days for days in concerned if days.since is not None] or concerned


WHOLE_DAY = Window(time(0), time(0))

Span: TypeAlias = tuple[datetime, datetime]
"""Start and end (not included), UTC."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Any of the parts; in one part a date beats a weekday, and its windows beat what closes it.

    A window belongs to the day it begins.

    Where clocks are changed, a window opens and closes once: see `bot.engine.times.local_time.utc`.
    """

    parts: tuple[tuple[Days, ...], ...]
    _known: dict[tuple[date, ZoneInfo], tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was worked out before: the same days are asked about in every turn."""
    _still: dict[ZoneInfo, datetime] = field(default_factory=dict, init=False, repr=False, compare=False)
    """From when on nothing changes for `HORIZON` days: that search is long, and good for a day."""

    def windows(self, day: date) -> list[Window]:
        """The windows that begin on this day."""
        return [window for part in self.parts for days in in_force(part, day) for window in days.windows]

    def open_at(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the moment (UTC) is in one of the windows."""
        return any(start <= moment < end for start, end in self._spans(today(moment, zone), zone))

    def openings(self, day: date, zone: ZoneInfo) -> list[Span]:
        """From when to when (UTC) they are open by the windows that begin on this day; none meets another."""
        joined: list[Span] = []
        for start, end in sorted(self._begun(day, zone)):
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            else:
                joined.append((start, end))
        return joined

    def open_then(self, value: Value, zone: ZoneInfo) -> bool:
        """Whether they are open at a moment (UTC), or on a date: whether a window begins that day."""
        if isinstance(value, datetime):
            return self.open_at(value, zone)
        try:
            return isinstance(value, str) and bool(self.windows(date.fromisoformat(value)))
        except ValueError:  # 09:30
            return False

    def next_change(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When these hours next open or close after `moment` (UTC); `None` if not within a year."""
        since = self._still.get(zone)
        if since is not None and since <= moment < since + A_DAY:
            return None
        search = self._closes if self.open_at(moment, zone) else self._opens
        change = search(moment, zone)
        if change is None and moment < LAST - A_DAY:
            self._still[zone] = moment
        return change

    def when_open_for(self, span: timedelta, since: datetime, zone: ZoneInfo) -> datetime | None:
        """The moment (UTC) at which they have been open for so long since then; `None`: not within a year."""
        moment = since if self.open_at(since, zone) else self.next_change(since, zone)
        while moment is not None:
            closes = self.next_change(moment, zone)
            if closes is None or closes - moment >= span:
                return moment + span
            span -= closes - moment
            moment = self.next_change(closes, zone)
        return None

    def _closes(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The end of the windows that follow each other without a gap."""
        last = day_after(today(moment, zone), HORIZON)
        while (day := today(moment, zone)) < last:
            end = max((e for s, e in self._spans(day, zone) if s <= moment < e), default=None)
            if end is None:
                return moment
            moment = end
        return None

    def _opens(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        first = today(moment, zone)
        day, last = self._with_windows(first), day_after(first, HORIZON)
        while day is not None and day < last:
            start = min((s for s, _ in self._spans(day, zone) if s > moment), default=None)
            if start is not None:
                return start
            day = self._with_windows(day_after(day, 1))
        return None

    def _with_windows(self, day: date) -> date | None:
        """The first day from this one on that may have windows: no long search where hours are over."""
        return min((d for part in self.parts for days in part if (d := days.next_open(day))), default=None)

    def _spans(self, day: date, zone: ZoneInfo) -> tuple[Span, ...]:
        """From when to when (UTC) the windows are open that begin on this day or the day before."""
        known = self._known.get((day, zone))
        if known is None:
            if len(self._known) > HORIZON:
                self._known.clear()
            yesterday = day_after(day, -1)
            known = (*self._begun(yesterday, zone), *self._begun(day, zone))
            self._known[day, zone] = known
        return known

    def _begun(self, day: date, zone: ZoneInfo) -> Iterator[Span]:
        for window in self.windows(day):
            across = window.end <= window.start
            start = utc(day, window.start, zone)
            end = utc(day_after(day, 1) if across else day, window.end, zone)
            if start < end:
                yield start, end
