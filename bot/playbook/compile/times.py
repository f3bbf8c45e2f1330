"""Reads durations, waits, rates, rhythms, and days relative to today from their text. Each function gives
`None` for a text that is not of its form."""

from __future__ import annotations

import re

from bot.engine.compiled.broadcast import Rhythm
from bot.engine.compiled.flow import NowWord
from bot.engine.compiled.playbook import Rate
from bot.engine.times.bounds import DateWord
from bot.engine.times.local_time import Duration, Wait
from bot.engine.times.time_texts import clock, wall

_SPAN = re.compile(r"(?:\d{1,6}(?:mo|[smhdwy]))+")
"""A whole duration."""
_PIECE = re.compile(r"(\d+)(mo|[smhdwy])")
"""One number of it with its unit."""
_SECONDS = {"s": 1, "m": 60, "h": 3600}
"""Units in seconds."""
_DAYS = {"d": 1, "w": 7}
"""Units in days."""
_MONTHS = {"mo": 1, "y": 12}
"""Units in months."""
_NOW = re.compile(r"now(?: ?([+-]) ?(\S+))?")
"""`now`, with an optional duration behind a sign."""
_TODAY = re.compile(r"today(?: ?([+-]) ?(\S+))?")
"""`today`, with an optional duration behind a sign."""
_RHYTHM = re.compile(r"(?:day|week on (?P<days>\S+)|month on (?P<number>\d{1,2})) at (?P<at>\S+)")
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
"""Days of the week, Monday is 0."""


def duration(text: str) -> Duration | None:
    """`30m`, `1h30m`, `3d`, `6mo`, `1y`."""
    if not _SPAN.fullmatch(text):
        return None
    days = seconds = months = 0
    for number, unit in _PIECE.findall(text):
        days += int(number) * _DAYS.get(unit, 0)
        seconds += int(number) * _SECONDS.get(unit, 0)
        months += int(number) * _MONTHS.get(unit, 0)
    return Duration(days, seconds, months)


def today(text: str) -> DateWord | None:
    """`today`, `today + 60d`, `today-18y`: whole days only."""
    match = _TODAY.fullmatch(text)
    span = duration(match[2]) if match is not None and match[2] else Duration()
    if match is None or span is None or span.seconds:
        return None
    sign = -1 if match[1] == "-" else 1
    return DateWord(sign * span.days, sign * span.months)


def now(text: str) -> NowWord | None:
    """`now`, `now + 2h`, `now - 1d`."""
    match = _NOW.fullmatch(text)
    span = duration(match[2]) if match is not None and match[2] else Duration()
    return None if match is None or span is None else NowWord(span, match[1] != "-")


def wait(text: str) -> Wait | None:
    """`3d`, `1d at 10:00`, `until 10:00`, `until mon 10:00`, `until 2026-11-11 20:00`."""
    span, at, clock_text = text.partition(" at ")
    if not text.startswith("until "):
        length, time_of_day = duration(span), clock(clock_text)
        if length is None or (at and time_of_day is None):
            return None
        return Wait(text, span=length, at=time_of_day)
    first, _, second = text.removeprefix("until ").partition(" ")
    if not second:
        alone = clock(first)
        return None if alone is None else Wait(text, at=alone)
    if first in WEEKDAYS:
        time_of_day = clock(second)
        return None if time_of_day is None else Wait(text, at=time_of_day, weekday=WEEKDAYS[first])
    local = wall(f"{first} {second}")
    return None if local is None else Wait(text, moment=local)


def weekdays(text: str) -> frozenset[int] | None:
    """Days of the week (Monday is 0) from `mon-fri`, `sat`, `mon,wed`, `fri-mon`."""
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start, end = WEEKDAYS.get(first), WEEKDAYS.get(last if dash else first)
        if start is None or end is None:
            return None
        days.update(day % 7 for day in range(start, end + 1 if end >= start else end + 8))
    return frozenset(days)


def rhythm(text: str) -> Rhythm | None:
    """`day at 10:00`, `week on mon,thu at 10:00`, `month on 1 at 11:00`."""
    match = _RHYTHM.fullmatch(text)
    at = None if match is None else clock(match["at"])
    if match is None or at is None:
        return None
    days = weekdays(match["days"]) if match["days"] else frozenset[int]()
    day = None if match["number"] is None else int(match["number"])
    if days is None or not (day is None or 1 <= day <= 31):
        return None
    return Rhythm(text, at, days, day)


def whole(text: str) -> int | None:
    """A whole number of up to 9 digits: `3`."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else None


def rate(text: str) -> Rate | None:
    """A number per duration: `3 per 7d`."""
    number, _, span = text.partition(" per ")
    times, length = whole(number), duration(span)
    return None if times is None or length is None else Rate(times, length)
