"""Compiles the tests of a value, such as `is`, `at_least`, `within`, and checks each against the type of the
value that it compares."""

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
"""Most days of a distance from today: beyond them Python's calendar ends."""
MONTHS: Mapping[str, Literal["this", "next"]] = {"this": "this", "next": "next"}
"""Words that `in_month` takes beside a number; typed for mypy."""
_ORDER: Mapping[str, Comparator] = {how: how for how in ORDER}
"""Comparisons by size such as `at_least`; typed for mypy."""
_SPANS: Mapping[str, SpanWord] = {how: how for how in SPANS}
"""Comparisons with a duration such as `within`; typed for mypy."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The value that is compared."""

    name: str
    """As messages name it."""
    type: Type
    values: tuple[Value, ...] | None = None
    """The only values that it may have; `None`: any of its type."""
    private: bool = False
    """Stored encrypted, so that only `is` and `known` can be compared."""
    phone: bool = False
    """A phone, which is stored as E.164: what it is compared with becomes that, too."""
    passing: bool = False
    """A value of an answer or event, which is never searched for in the database."""

    @property
    def known_as(self) -> tuple[str, ...]:
        """The comparisons that this value supports."""
        return tuple(how for how in TYPES[self.type].comparisons if self.passing or how != "during")


def tests_of(scope: Scope, node: Node, subject: Subject) -> tuple[Test, ...]:
    """All tests of a block such as `{at_least: 100, known: true}`; one that does not fit is reported and left
    out."""
    tests = []
    for key, value in scope.pairs(node):
        if _fits(scope, key, subject):
            test = _test(scope, key.value, value, subject)
            tests += [test] if test is not None else []
    return tuple(tests)


def inferred_type(node: Node) -> Type:
    """The type to propose for an undeclared attribute that is compared by these tests: text, if text supports
    them all; else the first type that does; text if none does."""
    tests = (
        {key: value.value for key, (_, value) in node.pairs.items() if isinstance(value, Scalar)}
        if isinstance(node, Map)
        else {}
    )
    return next(
        (one for one in ("text", *TYPES) if all(_takes(one, *test) for test in tests.items())), "text"
    )


def _takes(type_: Type, how: str, value: str) -> bool:
    """Whether a type has the comparison `how`, and can read `value` where it compares by size."""
    return how in TYPES[type_].comparisons and (how not in _ORDER or typed(value, type_) is not None)


def _fits(scope: Scope, key: Scalar, subject: Subject) -> bool:
    """Whether the subject supports the comparison; reported where not."""
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
    """A test against now or today: `within: 30d`, `in_month: this`, `in_days: 3`, `days_ago: 3`."""
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
    """The value that a test compares with: one of the subject's type, or for dates `today`, `today+3d`.
    `None` where it is wrong, which has been reported, or comes from an unset variable."""
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
