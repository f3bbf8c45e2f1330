"""Short forms of values, spans and lists: the same in the trace and in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import Duration, local

LISTED = 3
"""The most names of a list that are written; the others are counted."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
"""Seconds of each unit of a duration."""


def value_words(value: object, zone: ZoneInfo | None = None) -> str:
    """A value as the playbook writes it; a moment by the clock of `zone`, else in UTC, and says so."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC" if zone is None else f"{local(value, zone):%Y-%m-%d %H:%M}"
    return str(value)


def end_words(end: datetime, zone: ZoneInfo) -> str:
    """The moment (UTC) at which something is over; the end of a day is 24:00, as playbooks write it."""
    wall = local(end, zone)
    if wall.time() == time():
        return f"{wall - timedelta(1):%Y-%m-%d} 24:00"
    return value_words(end, zone)


def span_words(span: Duration) -> str:
    """A duration as the playbook writes it: `1h30m`."""
    left, words = span.days * 86_400 + span.seconds, f"{span.months}mo" if span.months else ""
    for size, unit in _UNITS:
        number, left = divmod(left, size)
        words += f"{number}{unit}" if number else ""
    return words or "0s"


def listed(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    more = f" +{len(names) - LISTED}" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
