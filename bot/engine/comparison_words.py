"""How a comparison is said in short, `≥ 100` or `within 7d`: the same in the trace and in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.engine.conditions.comparisons import (
    Ago,
    Anniversary,
    ComparisonOperand,
    Contains,
    DateWord,
    InMonth,
    Is,
    IsKnown,
    IsOpen,
    OnDay,
    Order,
    Test,
)
from bot.engine.local_time import Duration

LISTED = 3
"""Names of one list that are said; of the others only how many there are."""

_SIGNS = {"at_least": "≥", "at_most": "≤", "more_than": ">", "less_than": "<"}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def comparison_words(test: Test, zone: ZoneInfo | None = None) -> str:
    """A comparison in short: `≥ 100`, `known`, `within 7d`; equality is the value alone.

    `zone` as of `value_words`.
    """
    match test:
        case Is(values=values):
            return listed([_operand_words(value, zone) for value in values])
        case Order(how=how, value=value):
            return f"{_SIGNS[how]} {_operand_words(value, zone)}"
        case IsKnown(known=known):
            return "known" if known else "not known"
        case Contains(text=text, at_start=at_start):
            return f"{'starts_with' if at_start else 'contains'} {text}"
        case Ago(how=how, span=span):
            return f"{how} {span_words(span)}"
        case OnDay(days=days):
            return f"days_ago {-days}" if days < 0 else f"in_days {days}"
        case Anniversary(in_days=days):
            return f"anniversary_in_days {days}"
        case InMonth(month=month):
            return f"in_month {month}"
        case IsOpen(name=name):
            return f"during {name}"
        case _:
            assert_never(test)


def _operand_words(value: ComparisonOperand, zone: ZoneInfo | None) -> str:
    if isinstance(value, DateWord):
        months = f"{value.months:+}mo" if value.months else ""
        return f"today{months}" + (f"{value.days:+}d" if value.days else "")
    return value_words(value, zone)


def value_words(value: object, zone: ZoneInfo | None = None) -> str:
    """A value as the playbook writes it; a moment by the clock of `zone`, else in UTC, and says so."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC" if zone is None else f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return str(value)


def end_words(end: datetime, zone: ZoneInfo) -> str:
    """The moment (UTC) at which something is over; the end of a day is 24:00, as playbooks write it."""
    wall = end.astimezone(zone)
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
