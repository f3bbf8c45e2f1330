"""Whether a value passes a comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any as AnyType

from bot.engine.bounds import COMPARE, When, bounds, month, month_days, operand
from bot.engine.conditions.comparisons import (
    Ago,
    Anniversary,
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
from bot.model.value import Type, Value, fits, month_day


def passes(test: Test, value: Value | None, type_: Type, when: When) -> bool:
    """Whether one test holds for a value, `None` where it is not known; one of another type passes none."""
    if type(test) is IsKnown:
        return (value is not None) is test.known
    return value is not None and fits(type_, value) and _PASSES[type(test)](test, value, type_, when)


def moved_by_time(test: Test) -> bool:
    """Whether a value may pass today and not tomorrow."""
    match test:
        case Ago() | OnDay() | Anniversary() | InMonth():
            return True
        case Order(value=value):
            return isinstance(value, DateWord)
        case Is(values=values):
            return any(isinstance(value, DateWord) for value in values)
        case _:
            return False


def _is(test: Is, value: Value, type_: Type, when: When) -> bool:
    if type_ not in ("date", "date_time"):
        return value in test.values
    return any(value == operand(wanted, type_, when) for wanted in test.values)


def _order(test: Order, value: Value, type_: Type, when: When) -> bool:
    wanted = test.value
    if type_ == "date_time" or type(wanted) is DateWord:
        wanted = operand(wanted, type_, when)
    return COMPARE[test.how](value, wanted)


def _bounded(test: Ago | OnDay, value: Value, type_: Type, when: When) -> bool:
    return all(COMPARE[how](value, bound) for how, bound in bounds(test, type_, when))


def _contains(test: Contains, value: Value, type_: Type, when: When) -> bool:
    if not isinstance(value, str):
        return False  # only a text can be asked for its parts, as the playbook's check says
    return value.startswith(test.text) if test.at_start else test.text in value


def _anniversary(test: Anniversary, value: Value, type_: Type, when: When) -> bool:
    return month_day(value) in month_days(test, when)


def _in_month(test: InMonth, value: Value, type_: Type, when: When) -> bool:
    found = month_day(value)
    return found is not None and found.startswith(month(test, when))


def _is_open(test: IsOpen, value: Value, type_: Type, when: When) -> bool:
    return test.hours.open_then(value, when.zone)


_PASSES: Mapping[type, Callable[[AnyType, Value, Type, When], bool]] = {
    Is: _is,
    Order: _order,
    Contains: _contains,
    Ago: _bounded,
    OnDay: _bounded,
    Anniversary: _anniversary,
    InMonth: _in_month,
    IsOpen: _is_open,
}
