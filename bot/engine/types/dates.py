"""Dates, times of day, and moments: a date with a time.

Dates are texts `YYYY-MM-DD`, times `HH:MM`, as in the database: so predicate and filter of a condition
compare the same. Moments are UTC, in whole milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.times import time_texts
from bot.engine.times.bounds import ComparisonOperand, ValueBound, When, within
from bot.engine.times.local_time import Duration, as_moment, day_after, earlier, later, local, start_of_day
from bot.engine.times.time_texts import parse_spoken_date, parse_spoken_moment, parse_spoken_time
from bot.engine.types.value_type import EVERY, ORDER, RANGE, SPANS, ValueType
from bot.model.plain_text import cleaned
from bot.model.translatable import tr
from bot.model.value import Value

SHOP_ZONE = ZoneInfo("Asia/Taipei")
"""The zone of a moment without offset: shops write `2026-01-01 00:00:00`."""

_DAYS = (*SPANS, "days_ago", "in_days")
_BOUNDS = (*RANGE, "during")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
"""`2026-11-01`, `2026/9/1`, `2026年9月1日`."""
_TIME = re.compile(r"(\d{1,2})\s*[:時點]\s*(\d{2})\s*分?")
"""`18:30`, `9點30分`."""
_LAST_MINUTE = time(23, 59)
_A_MINUTE = timedelta(minutes=1)
_SAMPLE_TIME = "14:00"


def date_typed(text: str) -> str | None:
    """The date that `2026/9/1`, `2026年9月1日` is (full-width digits, too): `2026-09-01`. `None`: none."""
    found = _DATE.fullmatch(cleaned(text))
    try:
        return None if found is None else date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def time_typed(text: str) -> str | None:
    """A time of day such as `9:30`, `9點30分`, as `09:30`; `None`: it is none."""
    found = _TIME.fullmatch(cleaned(text))
    try:
        return None if found is None else time(int(found[1]), int(found[2])).isoformat("minutes")
    except ValueError:
        return None


def moment_typed(text: str, zone: ZoneInfo | None) -> datetime | None:
    """The moment (UTC) of a date and time in `zone`, with a space or `T` between them; `None`: it is none."""
    day, _, clock = cleaned(text).replace("T", " ").partition(" ")
    on, at = date_typed(day), time_typed(clock)
    if on is None or at is None or zone is None:
        return None
    return as_moment(date.fromisoformat(on), time.fromisoformat(at), zone)


def moment_from_shop(raw: Any) -> datetime | None:
    """A moment in ISO 8601, as `iso_moment` reads it; one without offset is Taipei's."""
    return iso_moment(raw, SHOP_ZONE)


def iso_moment(raw: Any, zone: ZoneInfo) -> datetime | None:
    """A moment in ISO 8601, as UTC in whole milliseconds; without offset it is of `zone`. `None`: none."""
    if not isinstance(raw, str):
        return None
    try:
        at = datetime.fromisoformat(raw.strip())
        at = (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class DateType(ValueType):
    """A day of the calendar."""

    __slots__ = ()

    name = "date"
    slot = "d"
    called = tr("a date")
    asked = tr("a day, such as 1990-05-20")
    words = ("日期", "生日")
    example = "2026-11-01"
    longest = 10
    comparisons = (*EVERY, *ORDER, *_DAYS, "anniversary_in_days", "in_month", "during")
    bounds = _BOUNDS
    relative = "today + 60d"
    now_words = ("today", "now")
    formats = ("date", "weekday")
    pattern = "YYYY-MM-DD"
    has_day = True
    picked = "date"
    picker_range = ("1900-01-01", "2100-12-31")
    field = "date"
    comes_round = True
    also_read_as = ("text", "date_time")

    def fits(self, value: object) -> bool:
        return isinstance(value, str)

    def typed(self, text: str, zone: ZoneInfo | None) -> str | None:
        return date_typed(text)

    def from_playbook(self, text: str, zone: ZoneInfo) -> str | None:
        return None if time_texts.day(text) is None else text

    def from_shop(self, raw: Any, zone: ZoneInfo) -> str | None:
        """A day; of a moment the day on which it is, in the playbook's zone."""
        day = date_typed(raw) if isinstance(raw, str) else None
        at = moment_from_shop(raw) if day is None else None
        return day if at is None else at.astimezone(zone).date().isoformat()

    def sample(self, day: date) -> str:
        return day.isoformat()

    def from_answer(
        self, text: str, when: When, least: Value | None, most: Value | None, is_open: Callable[[Value], bool]
    ) -> str | None:
        day = parse_spoken_date(text, when.today, lambda day: within(day.isoformat(), least, most))
        return None if day is None else day.isoformat()


class TimeType(ValueType):
    """A time of day."""

    __slots__ = ()

    name = "time"
    slot = "h"
    called = tr("a time of day")
    asked = tr("a time, such as 18:30")
    words = ("時間",)
    example = "09:30"
    longest = 5
    comparisons = (*EVERY, *ORDER)
    bounds = (*_BOUNDS, "on")
    now_words = ("now",)
    formats = ("time",)
    pattern = "HH:mm"
    has_clock = True
    picked = "time"
    picker_range = ("00:00", "23:59")
    field = "time"

    def fits(self, value: object) -> bool:
        return isinstance(value, str)

    def typed(self, text: str, zone: ZoneInfo | None) -> str | None:
        return time_typed(text)

    def from_playbook(self, text: str, zone: ZoneInfo) -> str | None:
        return None if time_texts.clock(text) is None else text

    def from_shop(self, raw: Any, zone: ZoneInfo) -> str | None:
        return time_typed(raw) if isinstance(raw, str) else None

    def sample(self, day: date) -> str:
        return _SAMPLE_TIME

    def now(self, when: When) -> str:
        return f"{local(when.now, when.zone):%H:%M}"

    def from_answer(
        self, text: str, when: When, least: Value | None, most: Value | None, is_open: Callable[[Value], bool]
    ) -> str | None:
        def takes(clock: time) -> bool:
            value = clock.isoformat("minutes")
            return within(value, least, most) and is_open(value)

        clock = parse_spoken_time(text, takes)
        return None if clock is None else clock.isoformat("minutes")


class DateTimeType(ValueType):
    """A moment: a date with a time. Against a day it is compared from the day's local start on."""

    __slots__ = ()

    name = "date_time"
    slot = "m"
    called = tr("a moment")
    asked = tr("a moment, such as 2026-09-01 18:30")
    words = ("日期時間",)
    example = "2026-11-01 09:30"
    longest = 16
    comparisons = (*EVERY, *ORDER, *_DAYS, "during")
    bounds = _BOUNDS
    relative = "now + 2h"
    now_words = ("now",)
    formats = ("date", "time", "date_time", "weekday")
    pattern = "YYYY-MM-DD HH:mm"
    has_day = True
    has_clock = True
    picked = "datetime"
    picker_range = ("1900-01-01T00:00", "2100-12-31T23:59")
    field = "datetime-local"
    also_read_as = ("text", "date")

    def fits(self, value: object) -> bool:
        return isinstance(value, datetime) and value.tzinfo is not None

    def typed(self, text: str, zone: ZoneInfo | None) -> datetime | None:
        return moment_typed(text, zone)

    def from_playbook(self, text: str, zone: ZoneInfo) -> datetime | None:
        return time_texts.moment(text if time_texts.day(text) is None else f"{text} 00:00", zone)

    def from_shop(self, raw: Any, zone: ZoneInfo) -> datetime | None:
        return moment_from_shop(raw)

    def from_json(self, raw: Any, zone: ZoneInfo) -> Value | None:
        """Also in ISO 8601, with its offset."""
        found = super().from_json(raw, zone)
        return iso_moment(raw, zone) if found is None else found

    def sample(self, day: date) -> str:
        return f"{day} {_SAMPLE_TIME}"

    def from_answer(
        self, text: str, when: When, least: Value | None, most: Value | None, is_open: Callable[[Value], bool]
    ) -> datetime | None:
        def takes_day(day: date) -> bool:
            first, last = as_moment(day, time.min, when.zone), as_moment(day, _LAST_MINUTE, when.zone)
            if first is None or last is None:
                return False
            return within(first, None, most) and within(last, least, None)

        def takes(day: date, clock: time) -> bool:
            at = as_moment(day, clock, when.zone)
            return at is not None and within(at, least, most) and is_open(at)

        found = parse_spoken_moment(text, when.today, takes_day, takes)
        return None if found is None else as_moment(*found, when.zone)

    def in_field(self, value: Value, zone: ZoneInfo) -> str:
        return f"{local(value, zone):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value)

    def start(self, day: date, zone: ZoneInfo) -> datetime:
        return start_of_day(day, zone)

    def end(self, day: date, zone: ZoneInfo) -> datetime:
        return start_of_day(day_after(day, 1), zone) - _A_MINUTE

    def now(self, when: When) -> datetime:
        return when.now

    def operand(self, value: ComparisonOperand, when: When) -> Value:
        if isinstance(value, str):
            return start_of_day(date.fromisoformat(value), when.zone)
        return super().operand(value, when)

    def day_bounds(self, days: int, when: When) -> tuple[ValueBound, ...]:
        day = day_after(when.today, days)
        first, next_ = self.start(day, when.zone), self.start(day_after(day, 1), when.zone)
        return (("at_least", first), ("less_than", next_))

    def away(self, span: Duration, when: When, *, ahead: bool) -> datetime:
        return (later if ahead else earlier)(when.now, span, when.zone)
