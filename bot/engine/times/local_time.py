"""Durations and waits, by the wall clock of the playbook's time zone (language, section 11)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
INSTANT = timedelta(milliseconds=1)
"""The shortest span: the database stores moments in whole milliseconds."""
MIDNIGHT = time(0)

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(microsecond=999_000, tzinfo=UTC)
"""The first and last moments that can be computed, in whole milliseconds as in the database: what would be
before or after them is one of these."""

DAYS_TO_LOOK_AT = 9
"""The span that holds the next clock time on a weekday, also where that time of today has passed."""


@dataclass(frozen=True, slots=True)
class Duration:
    """So many months (the same day, or the month's last), days (the same clock time), exact seconds."""

    days: int = 0
    seconds: int = 0
    months: int = 0

    @property
    def about(self) -> timedelta:
        """Its length where no clock is changed, of a span without months: a month has no length."""
        return timedelta(days=self.days, seconds=self.seconds)


HOUR = Duration(seconds=3600)
NO_TIME = Duration()


@dataclass(frozen=True, slots=True)
class Wait:
    """When a timer is due, counted from the moment when the state was entered.

    Set is one of: `span`, also with `at`; `at`, also with `weekday`; `moment`; `slot` with `months`, `days`
    and `at`.
    """

    text: str
    """As it is written in the canonical form: the timer's name."""
    span: Duration | None = None
    """So long after the entry."""
    at: time | None = None
    """A local clock time: on the day that the others give; alone the next such time, strictly later."""
    weekday: int | None = None
    """The day of the week of `at`: 0 = Monday."""
    moment: datetime | None = None
    """A fixed moment, local, without a zone."""
    slot: str | None = None
    """The slot of an attribute with a date, from which `months` and then `days` are counted."""
    days: int = 0
    months: int = 0


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A UTC moment as the clock on the wall shows it."""
    try:
        return moment.astimezone(zone)
    except OverflowError:  # within a day of the beginning or end of time
        return moment


def today(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the wall at a UTC moment."""
    return local(moment, zone).date()


@lru_cache(64)
def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """The date on the wall at a UTC moment, as `2026-09-01`; cached, as many callers share one moment."""
    return today(moment, zone).isoformat()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The UTC moment when a local date begins."""
    return utc(day, MIDNIGHT, zone)


def day_after(day: date, days: int) -> date:
    """The date so many days later, or before; the first or last there is where that goes too far."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def month_after(day: date, months: int) -> date:
    """The same day so many months later, or before; the last of that month where it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(4096)
def utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local clock time.

    A time that does not exist that day is the next that does; one that exists twice is the first.
    """
    wall = datetime.combine(day, clock, zone)
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    try:
        moment = wall.astimezone(UTC)
    except OverflowError:
        return LAST if day.year > 1 else FIRST
    return moment if before >= after else _end_of_gap(moment, after - before, zone)


def as_moment(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """A day and a time of day as a UTC moment; `None` at the ends of the calendar."""
    try:
        return utc(day, clock, zone)
    except OverflowError:
        return None


def _end_of_gap(moment: datetime, gap: timedelta, zone: ZoneInfo) -> datetime:
    """When clocks were set forward, at a whole second: `moment` is later by less than the gap."""
    low, high = moment - gap, moment
    before = low.astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def later(moment: datetime, span: Duration, zone: ZoneInfo) -> datetime:
    """The moment `span` after this one: months and days by the wall clock, then exact seconds."""
    return _shifted(moment, span, 1, zone)


def earlier(moment: datetime, span: Duration, zone: ZoneInfo) -> datetime:
    """The moment `span` before this one."""
    return _shifted(moment, span, -1, zone)


def days_later(day: date, span: Duration, sign: Literal[1, -1] = 1) -> date:
    """The day the span's months, and then its days, after this one (`sign` -1: before it)."""
    return day_after(month_after(day, sign * span.months), sign * span.days)


def _shifted(moment: datetime, span: Duration, sign: Literal[1, -1], zone: ZoneInfo) -> datetime:
    if span.days or span.months:
        wall = local(moment, zone)
        moment = utc(days_later(wall.date(), span, sign), wall.time(), zone)
    if not span.seconds:
        return moment
    try:
        return moment + _seconds(sign * span.seconds)
    except OverflowError:
        return LAST if sign > 0 else FIRST


@lru_cache(1024)
def _seconds(number: int) -> timedelta:
    return timedelta(seconds=number)  # dearer than adding it, and a playbook has few


def next_at(moment: datetime, at: time, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    """The next such clock time strictly after `moment`, on that weekday (0 = Monday) where one is given."""
    first = today(moment, zone)
    for number in range(DAYS_TO_LOOK_AT):
        day = day_after(first, number)
        if weekday is None or day.weekday() == weekday:
            due = utc(day, at, zone)
            if due > moment:
                return due
    return LAST


def due_after(wait: Wait, entered: datetime, zone: ZoneInfo, date_of: date | None = None) -> datetime:
    """When a timer that is armed at `entered` is due, never before; `date_of` is the date of `wait.slot`.

    A date that has passed, and a date attribute of which nothing is known, is due at once.
    """
    if wait.moment is not None:
        due = utc(wait.moment.date(), wait.moment.time(), zone)
    elif wait.slot is not None:
        day = None if date_of is None else day_after(month_after(date_of, wait.months), wait.days)
        due = entered if day is None else utc(day, wait.at or MIDNIGHT, zone)
    elif wait.span is None:
        due = next_at(entered, wait.at or MIDNIGHT, zone, wait.weekday)
    else:
        due = later(entered, wait.span, zone)
        if wait.at is not None:
            due = utc(today(due, zone), wait.at, zone)
    return max(entered, due)
