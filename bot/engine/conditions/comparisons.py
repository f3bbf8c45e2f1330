"""Comparisons that a value passes or not, each with its short form (language, section 5)."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.conditions import reasons
from bot.engine.times.bounds import (
    COMPARE,
    Comparator,
    ComparisonOperand,
    DateWord,
    ValueBound,
    When,
    month,
    month_days,
)
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration
from bot.engine.times.value_words import listed, span_words, value_words
from bot.engine.types.table import TYPES
from bot.model.trace import TraceNote
from bot.model.value import Type, Value, month_day

_SIGNS = {"at_least": "≥", "at_most": "≤", "more_than": ">", "less_than": "<"}


class Comparison:
    """A test of a value."""

    __slots__ = ()

    @abstractmethod
    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        """Whether a value passes that is known and fits its type."""

    @abstractmethod
    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        """What it tests, for the trace; moments by the clock of `zone`, without one in UTC."""

    @property
    def words(self) -> str:
        """In short: `≥ 100`, `within 7d`; equality is the value alone."""
        return str(self.note())

    @property
    def moved_by_time(self) -> bool:
        """Whether the same value may pass today and not tomorrow."""
        return False


@dataclass(frozen=True, slots=True)
class Is(Comparison):
    """Equal to one of these."""

    values: tuple[ComparisonOperand, ...]

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        known = TYPES[type_]
        if not known.has_day:
            return value in self.values
        return any(value == known.operand(wanted, when) for wanted in self.values)

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        if len(self.values) == 1 and isinstance(word := self.values[0], DateWord):
            shift = _shift(word)
            return TraceNote(reasons.AWAY, (shift,)) if shift else TraceNote(reasons.TODAY)
        return TraceNote(reasons.IS, (listed([_operand_words(value, zone) for value in self.values]),))

    @property
    def moved_by_time(self) -> bool:
        return any(isinstance(value, DateWord) for value in self.values)


class _Between(Comparison):
    """Between two bounds that depend on the moment."""

    __slots__ = ()

    @abstractmethod
    def bounds(self, type_: Type, when: When) -> tuple[ValueBound, ...]:
        """The comparisons that must all hold."""

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        return all(COMPARE[how](value, bound) for how, bound in self.bounds(type_, when))

    @property
    def moved_by_time(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Order(_Between):
    """`at_least`, `at_most`, `more_than`, `less_than`. A moment is compared with the start of a local day."""

    how: Comparator
    value: ComparisonOperand

    def bounds(self, type_: Type, when: When) -> tuple[ValueBound, ...]:
        return ((self.how, TYPES[type_].operand(self.value, when)),)

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        ((how, bound),) = self.bounds(type_, when)
        return COMPARE[how](value, bound)

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.ORDER, (f"{_SIGNS[self.how]} {_operand_words(self.value, zone)}",))

    @property
    def moved_by_time(self) -> bool:
        return isinstance(self.value, DateWord)


@dataclass(frozen=True, slots=True)
class IsKnown(Comparison):
    """Whether there is a value at all."""

    known: bool

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        return self.known

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.KNOWN if self.known else reasons.NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Contains(Comparison):
    """A text that contains this, or starts with it, by code point."""

    text: str
    at_start: bool = False

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        if not isinstance(value, str):
            return False  # only a text can be asked for its parts, as the playbook's check says
        return value.startswith(self.text) if self.at_start else self.text in value

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.STARTS_WITH if self.at_start else reasons.CONTAINS, (self.text,))


@dataclass(frozen=True, slots=True)
class Ago(_Between):
    """`within`: not longer ago; `over`: longer ago; `in_next`: from now on, not later."""

    how: Literal["within", "over", "in_next"]
    span: Duration

    def bounds(self, type_: Type, when: When) -> tuple[ValueBound, ...]:
        return TYPES[type_].span_bounds(self.how, self.span, when)

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.AGO[self.how], (span_words(self.span),))


@dataclass(frozen=True, slots=True)
class OnDay(_Between):
    """The value is on the day that is `days` after today (`days_ago: 3` is -3)."""

    days: int

    def bounds(self, type_: Type, when: When) -> tuple[ValueBound, ...]:
        return TYPES[type_].day_bounds(self.days, when)

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        if self.days < 0:
            return TraceNote(reasons.DAYS_AGO, (-self.days,))
        return TraceNote(reasons.IN_DAYS, (self.days,))


@dataclass(frozen=True, slots=True)
class Anniversary(Comparison):
    """The month and day of a date come round in so many days; 29 February counts as 28 in common years."""

    in_days: int

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        return month_day(value) in month_days(self.in_days, when)

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.ANNIVERSARY, (self.in_days,))

    @property
    def moved_by_time(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class InMonth(Comparison):
    """The month of a date: 1–12, or relative to this month (`this`, `next`)."""

    month: int | Literal["this", "next"]

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        found = month_day(value)
        return found is not None and found.startswith(month(self.month, when))

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.IN_MONTH, (self.month,))

    @property
    def moved_by_time(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class IsOpen(Comparison):
    """These hours are open at a moment, or at some time of a date."""

    name: str
    hours: Hours

    def passed_by(self, value: Value, type_: Type, when: When) -> bool:
        return self.hours.open_then(value, when.zone)

    def note(self, zone: ZoneInfo | None = None) -> TraceNote:
        return TraceNote(reasons.IN_HOURS, (self.name,))


Test: TypeAlias = Is | Order | IsKnown | Contains | Ago | OnDay | Anniversary | InMonth | IsOpen


def passes(test: Test, value: Value | None, type_: Type, when: When) -> bool:
    """Whether one test holds for a value, `None` where it is not known; one of another type passes none."""
    if type(test) is IsKnown:
        return (value is not None) is test.known
    return value is not None and TYPES[type_].fits(value) and test.passed_by(value, type_, when)


def _operand_words(value: ComparisonOperand, zone: ZoneInfo | None) -> str:
    return f"today{''.join(_shift(value))}" if isinstance(value, DateWord) else value_words(value, zone)


def _shift(word: DateWord) -> tuple[str, ...]:
    months = (f"{word.months:+}mo",) if word.months else ()
    return (*months, f"{word.days:+}d") if word.days else months
