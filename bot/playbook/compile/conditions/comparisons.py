"""Tests of a value: `is`, `at_least`, `within` …, each against the type of what it is asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.engine.conditions.comparisons import (
    Ago,
    Anniversary,
    Contains,
    InMonth,
    Is,
    IsKnown,
    IsOpen,
    OnDay,
    Order,
    Test,
)
from bot.engine.texts.typed import typed
from bot.engine.times.bounds import Comparator, ComparisonOperand
from bot.engine.types.table import TYPES
from bot.engine.types.value_type import EVERY, ORDER, SPANS, SpanWord
from bot.model.translatable import row, tr
from bot.model.value import Type, Value
from bot.playbook.compile import times
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.hours import called, hours_of
from bot.playbook.compile.values.values import allowed, literal
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar

MOST_DAYS = 999_999
"""Of a distance from today: with more the calendar ends."""
MONTHS: Mapping[str, Literal["this", "next"]] = {"this": "this", "next": "next"}
_ORDER: Mapping[str, Comparator] = {how: how for how in ORDER}
_SPANS: Mapping[str, SpanWord] = {how: how for how in SPANS}
"""The words as they are written, typed."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared: its name, its type, and its only values where it has such. `phone`: stored as E.164.

    `passing`: an answer or an event, which is never searched for in the database.
    """

    name: str
    type: Type
    values: tuple[Value, ...] | None = None
    private: bool = False
    phone: bool = False
    passing: bool = False

    @property
    def known_as(self) -> tuple[str, ...]:
        """The comparisons that it takes."""
        return tuple(how for how in TYPES[self.type].comparisons if self.passing or how != "during")


def tests_of(scope: Scope, node: Node, subject: Subject) -> tuple[Test, ...]:
    """All tests of a block such as `{at_least: 100, known: true}`; what does not fit is reported."""
    tests = []
    for key, value in scope.pairs(node):
        if _fits(scope, key, subject):
            test = _test(scope, key.value, value, subject)
            tests += [test] if test is not None else []
    return tuple(tests)


def inferred_type(node: Node) -> Type:
    """The type to declare for an attribute that is compared so: text where that takes it, or none does."""
    tests = (
        {key: value.value for key, (_, value) in node.pairs.items() if isinstance(value, Scalar)}
        if isinstance(node, Map)
        else {}
    )
    return next(
        (one for one in ("text", *TYPES) if all(_takes(one, *test) for test in tests.items())), "text"
    )


def _takes(type_: Type, how: str, value: str) -> bool:
    return how in TYPES[type_].comparisons and (how not in _ORDER or typed(value, type_) is not None)


def _fits(scope: Scope, key: Scalar, subject: Subject) -> bool:
    how = key.value
    if subject.private and how not in EVERY:
        message = tr(
            "{subject} is private, so only  is  and  known  can be asked, not {how}",
            subject=quoted(subject.name),
            how=quoted(how),
        )
        scope.wrong(key, "private-compared", message, tr("write  {known: true}  or the whole value"))
        return False
    if how == "during" and how in TYPES[subject.type].comparisons and not subject.passing:
        message = tr(
            "{subject} is kept, and only an answer or an event can be held against hours",
            subject=quoted(subject.name),
        )
        scope.wrong(
            key,
            "comparison-not-for-type",
            message,
            tr("ask it of the answer:  answer: {type: date, during: …}"),
        )
        return False
    if how not in TYPES[subject.type].comparisons:
        message = tr(
            "{subject} is {type}, which cannot be asked for {how}",
            subject=quoted(subject.name),
            type=TYPES[subject.type].called,
            how=quoted(how),
        )
        hint = tr(
            "{type} can be asked for  {known}",
            type=TYPES[subject.type].called,
            known=row(subject.known_as),
        )
        scope.wrong(key, "comparison-not-for-type", message, hint)
        return False
    return True


def _test(scope: Scope, how: str, node: Node, subject: Subject) -> Test | None:
    if how == "is":
        values = [operand(scope, item, subject) for item in scope.scalars(node)]
        return Is(tuple(value for value in values if value is not None))
    if how == "during":
        return IsOpen(called(node), hours_of(scope, node))
    single = scope.scalar(node)
    if single is None or single.unset:
        return None
    if how in _ORDER:
        value = operand(scope, single, subject)
        return None if value is None else Order(_ORDER[how], value)
    if how in ("contains", "starts_with"):
        return Contains(single.value, how == "starts_with")
    if how == "known":
        return IsKnown(single.value == "true")
    return _by_time(scope, how, single)


def _by_time(scope: Scope, how: str, node: Scalar) -> Test | None:
    if how in _SPANS:
        span = scope.duration(node)
        return None if span is None else Ago(_SPANS[how], span)
    if how == "in_month":
        return InMonth(MONTHS.get(node.value) or int(node.value))
    number = int(node.value)
    if number > MOST_DAYS:
        message = tr("{text} does not fit {how}", text=quoted(node.value), how=quoted(how))
        scope.wrong(node, "bad-value", message)
        return None
    return (
        Anniversary(number)
        if how == "anniversary_in_days"
        else OnDay(number if how == "in_days" else -number)
    )


def operand(scope: Scope, node: Scalar, subject: Subject) -> ComparisonOperand | None:
    """What a value is compared with: a value of its type, or for dates `today`, `today+3d`."""
    if TYPES[subject.type].has_day and node.value.startswith("today"):
        word = times.today(node.value)
        if word is not None:
            return word
    if node.unset:
        return None
    value = literal(scope, node, subject.type, subject.name)
    if value is None:
        return None
    allowed(scope, node, value, subject.values, subject.name)
    if subject.phone and isinstance(value, str):
        number = typed(value, "phone")
        if number is None:
            scope.wrong(
                node,
                "type-mismatch",
                tr("{value} is no phone", value=quoted(value)),
                tr("write it such as 0912345678"),
            )
        return number
    return value
