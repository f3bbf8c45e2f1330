"""The bounds that a comparison sets to a value at one moment: for conditions, and for MongoDB's filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import ge, gt, le, lt
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import Duration, day_after, earlier, month_after, today
from bot.model.value import Value, below


@dataclass(frozen=True, slots=True)
class DateWord:
    """`today`, `today+3d`, `today-18y`: a date counted from today in the playbook's time zone."""

    days: int = 0
    months: int = 0


ComparisonOperand: TypeAlias = Value | DateWord
Comparator: TypeAlias = Literal["at_least", "at_most", "more_than", "less_than"]
ValueBound: TypeAlias = tuple[Comparator, Value]
"""A comparison with a value: `("at_least", 5)`."""

COMPARE: Mapping[Comparator, Callable[[Any, Any], bool]] = {
    "at_least": ge,
    "at_most": le,
    "more_than": gt,
    "less_than": lt,
}
"""Whether a value is on that side of another of its type."""


class When:
    """One moment (UTC, whole milliseconds) in the playbook's time zone: the same for a whole turn."""

    __slots__ = ("_today", "now", "zone")

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now = now
        self.zone = zone
        self._today: date | None = None

    @property
    def today(self) -> date:
        """The local date, worked out once."""
        if self._today is None:
            self._today = today(self.now, self.zone)
        return self._today


def day_of(word: DateWord, today: date) -> date:
    """The day that a date word means on a day: its months first, then its days."""
    return day_after(month_after(today, word.months), word.days)


def within(value: Value, least: Value | None, most: Value | None) -> bool:
    """Whether a value is between these, both included."""
    return not (least is not None and below(value, least)) and not (most is not None and below(most, value))


def put_on(within: Duration | None, over: Duration | None, when: When) -> tuple[ValueBound, ...]:
    """The comparisons for the moment when a tag was put on."""
    found: tuple[ValueBound, ...] = ()
    if within is not None:
        found += (("at_least", earlier(when.now, within, when.zone)), ("at_most", when.now))
    if over is not None:
        found += (("less_than", earlier(when.now, over, when.zone)),)
    return found


def month_days(in_days: int, when: When) -> tuple[str, ...]:
    """The `MM-DD` that come round in so many days: on 28 February of a common year also 29 February."""
    day = day_after(when.today, in_days)
    found = day.strftime("%m-%d")
    if found == "02-28" and (day + timedelta(days=1)).month == 3:
        return ("02-28", "02-29")
    return (found,)


def month(wanted: int | Literal["this", "next"], when: When) -> str:
    """The month as the beginning of a `MM-DD`."""
    match wanted:
        case "this":
            number = when.today.month
        case "next":
            number = when.today.month % 12 + 1
        case number:
            pass
    return f"{number:02d}-"
