"""Days on a command line, as people write them: `2026-11-01`, `2026/11/1`, `7d`, `7天`."""

from __future__ import annotations

import argparse
from datetime import date, timedelta

from bot.cli.arguments import DAYS_MOST
from bot.playbook.shape.meant_times import meant_dates, meant_span


def calendar_day(text: str) -> date:
    """The day of the calendar that is meant. For `type=` of an argument."""
    return _day(text, f'"{text}" is no date like 2026-12-31')


def day_or_span(text: str) -> date | timedelta:
    """A day of the calendar, or a number of days until now: `7d`. For `type=` of an argument."""
    days = meant_span(text).removesuffix("d")
    if days != text and days.isascii() and days.isdigit() and 0 < int(days) <= DAYS_MOST:
        return timedelta(days=int(days))
    return _day(text, f'"{text}" is no date like 2026-11-01, nor 7d')


def _day(text: str, refusal: str) -> date:
    try:
        return date.fromisoformat(meant_dates(text))
    except ValueError:
        raise argparse.ArgumentTypeError(refusal) from None
