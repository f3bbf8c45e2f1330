"""Days and moments on a command line: how they are read, and how they are shown."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.arguments import DAYS_MOST
from bot.playbook.shape.suggest_times import suggest_dates, suggest_span

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)|\d{4}-\d\d-\d\d \d\d:\d\d UTC"
)
"""As ISO 8601 has them, and as traces of earlier versions."""


def to_the_second(zone: ZoneInfo) -> Callable[[datetime], str]:
    """How a moment is shown."""
    return lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def by_the_clock(text: str, zone: ZoneInfo) -> str:
    """A text that may hold moments as they are stored, in UTC."""

    def moment_text(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0].replace(" UTC", "Z"))
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    return _MOMENT.sub(moment_text, text)


def calendar_day(text: str) -> date:
    """The day of the calendar that is meant. For `type=` of an argument."""
    return _day(text, f'"{text}" is no date like 2026-12-31')


def day_or_span(text: str) -> date | timedelta:
    """A day of the calendar, or a number of days until now: `7d`. For `type=` of an argument."""
    days = suggest_span(text).removesuffix("d")
    if days != text and days.isascii() and days.isdigit() and 0 < int(days) <= DAYS_MOST:
        return timedelta(days=int(days))
    return _day(text, f'"{text}" is no date like 2026-11-01, nor 7d')


def _day(text: str, refusal: str) -> date:
    try:
        return date.fromisoformat(suggest_dates(text))
    except ValueError:
        raise argparse.ArgumentTypeError(refusal) from None
