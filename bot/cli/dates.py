"""Days and moments on a command line: how they are read, and how they are shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.arguments import DAYS_MOST
from bot.engine.times.local_time import LAST, MIDNIGHT, utc
from bot.playbook.shape.suggest_times import suggest_dates, suggest_span


def to_the_second(zone: ZoneInfo) -> Callable[[datetime], str]:
    """How a moment is shown."""
    return lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def calendar_day(text: str) -> date:
    """The day of the calendar that is meant. For `type=` of an argument."""
    return _day(text, f'"{text}" is no date like 2026-12-31')


def day_or_span(text: str) -> date | timedelta:
    """A day of the calendar, or a number of days until now: `7d`. For `type=` of an argument."""
    days = suggest_span(text).removesuffix("d")
    if days != text and days.isascii() and days.isdigit() and 0 < int(days) <= DAYS_MOST:
        return timedelta(days=int(days))
    return _day(text, f'"{text}" is no date like 2026-11-01, nor 7d')


def chosen_moment(text: str) -> datetime:
    """A moment such as `2026-11-11 20:00`. For `type=` of an argument."""
    found = day_or_moment(text)
    if not isinstance(found, datetime):
        raise argparse.ArgumentTypeError(f'"{text}" is no moment like "2026-11-11 20:00"')
    return found


def day_or_moment(text: str) -> date | datetime:
    """A day of the calendar, or a moment such as `2026-11-20 10:00`. For `type=` of an argument."""
    try:
        return date.fromisoformat(suggest_dates(text))
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        refusal = f'"{text}" is no moment like "2026-11-20 10:00", nor a date like 2026-11-20'
        raise argparse.ArgumentTypeError(refusal) from None


def moment_of(written: date | datetime, zone: ZoneInfo, *, to_its_end: bool = False) -> datetime:
    """The moment (UTC) by the clock of the team; of a day its beginning, or its end."""
    if isinstance(written, datetime):
        return (written if written.tzinfo is not None else written.replace(tzinfo=zone)).astimezone(UTC)
    if to_its_end and written == date.max:
        return LAST
    return utc(written + timedelta(days=to_its_end), MIDNIGHT, zone)


def _day(text: str, refusal: str) -> date:
    try:
        return date.fromisoformat(suggest_dates(text))
    except ValueError:
        raise argparse.ArgumentTypeError(refusal) from None
