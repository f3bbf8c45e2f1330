"""Dates, times of day and moments as a playbook writes them; `None` where a text is none."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import utc

END_OF_DAY = "24:00"

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def clock(text: str) -> time | None:
    """`09:30`."""
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


def day(text: str) -> date | None:
    """`2026-11-01`."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wall(text: str) -> datetime | None:
    """`2026-11-01 09:30` as the clock on the wall shows it, without a zone; 24:00 is the end of that day."""
    first, _, second = text.partition(" ")
    ends = second == END_OF_DAY
    on, at = day(first), time(0) if ends else clock(second)
    if on is None or at is None or (ends and on == date.max):
        return None
    return datetime.combine(on + timedelta(days=ends), at)


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """`2026-11-01 09:30` in this zone, as a UTC moment."""
    local = wall(text)
    return None if local is None else utc(local.date(), local.time(), zone)
