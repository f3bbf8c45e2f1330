"""Until when something is good that somebody has, and when its holder is reminded, by the wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import INSTANT, Duration, day_after, later, start_of_day, today, utc


@dataclass(frozen=True, slots=True)
class Reminder:
    """The news `expires_soon`: so many days before the last day, at this local time."""

    days_before: int
    at: time


def first_end(
    until: datetime | None, lasts: Duration | None, since: datetime, zone: ZoneInfo
) -> datetime | None:
    """The earlier of `until` and the end of `lasts` from `since` on; `None`: it never ends.

    A span in days or months ends with that local day, another one exactly.
    """
    ends = [] if until is None else [until]
    if lasts is not None:
        end = later(since, lasts, zone)
        is_exact = not (lasts.days or lasts.months)
        ends.append(end if is_exact else start_of_day(day_after(today(end, zone), 1), zone))
    return min(ends, default=None)


def reminder_before(
    remind: Reminder | None, since: datetime, until: datetime, zone: ZoneInfo
) -> datetime | None:
    """When the holder of what is good until then is reminded; `None`: never."""
    if remind is None:
        return None
    last_day = today(until - INSTANT, zone)
    moment = utc(day_after(last_day, -remind.days_before), remind.at, zone)
    return moment if since < moment < until else None
