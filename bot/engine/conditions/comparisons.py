"""Comparisons as data: the tests that a value passes or not (language, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.engine.hours import Hours
from bot.engine.local_time import Duration
from bot.model.value import Value


@dataclass(frozen=True, slots=True)
class DateWord:
    """`today`, `today+3d`, `today-18y`: a date counted from today in the playbook's time zone."""

    days: int = 0
    months: int = 0


ComparisonOperand: TypeAlias = Value | DateWord


@dataclass(frozen=True, slots=True)
class Is:
    """Equal to one of these."""

    values: tuple[ComparisonOperand, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """`at_least`, `at_most`, `more_than`, `less_than`. A moment is compared with the start of a local day."""

    how: Literal["at_least", "at_most", "more_than", "less_than"]
    value: ComparisonOperand


@dataclass(frozen=True, slots=True)
class IsKnown:
    """Whether there is a value at all."""

    known: bool


@dataclass(frozen=True, slots=True)
class Contains:
    """A text that contains this, or starts with it, by code point."""

    text: str
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Ago:
    """`within`: not longer ago; `over`: longer ago; `in_next`: from now on, not later."""

    how: Literal["within", "over", "in_next"]
    span: Duration


@dataclass(frozen=True, slots=True)
class OnDay:
    """On that whole day: so many days from today (`days_ago: 3` is -3)."""

    days: int


@dataclass(frozen=True, slots=True)
class Anniversary:
    """The month and day of a date come round in so many days; 29 February counts as 28 in common years."""

    in_days: int


@dataclass(frozen=True, slots=True)
class InMonth:
    """The month of a date: 1–12, or relative to this month (`this`, `next`)."""

    month: int | Literal["this", "next"]


@dataclass(frozen=True, slots=True)
class IsOpen:
    """These hours are open at a moment, or at some time of a date."""

    name: str
    hours: Hours


Test: TypeAlias = Is | Order | IsKnown | Contains | Ago | OnDay | Anniversary | InMonth | IsOpen
