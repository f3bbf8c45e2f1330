"""Decides whether one condition follows from another, or excludes it, by form alone. Sound, not complete: a
yes is certain, a no may be wrong.

An unknown value makes a test false, and `not` is the exact complement, so two-valued logic holds. A condition
is brought into a form of `all`, `any` and single tests that hold or do not hold, which are compared one by
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from bot.engine.conditions.comparisons import Ago, Contains, InMonth, Is, IsKnown, OnDay, Order
from bot.engine.conditions.condition import KNOWN, All, Any, Asks, Buckets, Condition, Leaf, Not
from bot.engine.times.bounds import ComparisonOperand, DateWord
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration
from bot.model.value import Value, below


def test_implies(one: Asks, other: Asks) -> bool:
    """Whether every value that passes `one` passes `other`."""
    if one == other:
        return True
    match one, other:
        case (Hours(), _) | (_, Hours()):
            return False
        case IsKnown(), _:
            return False  # here always `known: true`: `_single` turns the other into its denial
        case Buckets(low, high), Buckets(least, most):
            return least <= low and high <= most
        case _, IsKnown(known=True):
            return True
        case Is(values=(value,)), _:
            return _passes(value, other) is True
        case Order(), Order():
            return _within(one, other)
        case Contains(text=text, at_start=at_start), Contains(text=wanted, at_start=wanted_at_start):
            return at_start and text.startswith(wanted) if wanted_at_start else wanted in text
        case Ago(how=how, span=span), Ago(how=other_how, span=other_span) if how == other_how:
            return _no_longer(other_span, span) if how == "over" else _no_longer(span, other_span)
        case _:
            return False


def test_excludes(one: Asks, other: Asks) -> bool:
    """Whether no value passes both tests."""
    match one, other:
        case Buckets(low, high), Buckets(least, most):
            return high <= least or most <= low
        case (Is(values=(value,)), Is(values=(different,))):
            return _comparable(value, different) and value != different
        case (Is(values=(value,)), test) | (test, Is(values=(value,))):
            return _passes(value, test) is False
        case Order(), Order():
            return _apart(one, other) or _apart(other, one)
        case (Ago(how="within", span=span), Ago(how="over", span=longer)) | (
            Ago(how="over", span=longer),
            Ago(how="within", span=span),
        ):
            return _no_longer(span, longer)
        case (Ago(how="over"), Ago(how="in_next")) | (Ago(how="in_next"), Ago(how="over")):
            return True
        case OnDay(days=day), OnDay(days=another):
            return day != another
        case InMonth(month=int(month)), InMonth(month=int(another)):
            return month != another
        case _:
            return False


def _no_longer(span: Duration, other: Duration) -> bool:
    """Whether `span` is certainly not longer than `other`; months and days are compared apart, as a month has
    no fixed number of days."""
    return span.months <= other.months and span.days <= other.days and span.seconds <= other.seconds


def _comparable(one: ComparisonOperand, other: ComparisonOperand) -> bool:
    """Whether two operands can be compared now: values of one kind.

    `today` with a distance cannot be compared with a date, but with another such word if both have as many
    months: how many days those are changes.
    """
    if isinstance(one, DateWord) and isinstance(other, DateWord):
        return one.months == other.months
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return True
    return type(one) is type(other)


def _key(value: ComparisonOperand) -> float | str | datetime:
    """What operands of one kind are ordered by."""
    return value if isinstance(value, int | float | str | datetime) else value.days


def _passes(value: ComparisonOperand, test: Asks) -> bool | None:
    """Whether this value passes the test; `None` where that cannot be known now."""
    match test:
        case Is(values=values):
            if any(_comparable(value, v) and value == v for v in values):
                return True
            return False if all(_comparable(value, v) for v in values) else None
        case Order(how=how, value=bound):
            if not _comparable(value, bound) or isinstance(value, bool):
                return None
            return _ordered(_key(value), how, _key(bound))
        case Contains(text=text, at_start=at_start) if isinstance(value, str):
            return value.startswith(text) if at_start else text in value
        case IsKnown(known=known):
            return known
        case _:
            return None


def _ordered(value: Value, how: str, bound: Value) -> bool:
    """Whether the comparison holds for values of one kind."""
    match how:
        case "at_least":
            return not below(value, bound)
        case "at_most":
            return not below(bound, value)
        case "more_than":
            return below(bound, value)
        case _:
            return below(value, bound)


_UPWARD = ("at_least", "more_than")
"""Comparisons without an upper end."""


def _within(one: Order, other: Order) -> bool:
    """Whether all values of `one` are values of `other`."""
    if not _comparable(one.value, other.value) or (one.how in _UPWARD) != (other.how in _UPWARD):
        return False
    if _key(one.value) == _key(other.value):
        return one.how == other.how or other.how in ("at_least", "at_most")
    return _ordered(_key(one.value), other.how, _key(other.value))


def _apart(upper: Order, lower: Order) -> bool:
    """Whether all values of `upper` are larger than those of `lower`."""
    if not _comparable(upper.value, lower.value) or upper.how not in _UPWARD or lower.how in _UPWARD:
        return False
    if _key(upper.value) == _key(lower.value):
        return upper.how == "more_than" or lower.how == "less_than"
    return _ordered(_key(upper.value), "more_than", _key(lower.value))


LARGEST = 4_000
"""Most pairs of tests for which two conditions are compared; beyond that, nothing but equality is found."""

SMALL = 64
"""Pairs of tests up to which comparing is faster than looking into the cache."""


@dataclass(frozen=True, slots=True)
class Single:
    """One test that is to hold, or not to hold."""

    subject: str
    """What is tested, such as `tag VIP` or `attribute n.points`."""
    asks: Asks
    holds: bool = True
    """Whether the test is to hold."""


@dataclass(frozen=True, slots=True)
class Several:
    """`all` or `any` of several parts. `all` of none always holds, `any` of none never."""

    how: Literal["all", "any"]
    parts: tuple[ConditionForm, ...]
    size: int = 0
    """The number of single tests in it, where an empty part counts as one."""
    subjects: frozenset[str] = frozenset()
    """The subjects of all its tests."""


ConditionForm: TypeAlias = Single | Several

ALWAYS = Several("all", ())
"""The form that always holds."""


FormsById: TypeAlias = dict[tuple[int, bool], ConditionForm]
"""Forms by the `id` of a condition and whether it is to hold: an audience that is named often is one
object."""


def form_of(condition: Condition | None, known: FormsById | None = None) -> ConditionForm:
    """The form of a condition; `None` is one that always holds. `known` is a cache that is read and added
    to."""
    return ALWAYS if condition is None else _form(condition, True, {} if known is None else known)


def denied(condition: Condition | None) -> ConditionForm:
    """The form of the negation of a condition; `None` is one that always holds."""
    return Several("any", ()) if condition is None else _form(condition, False, {})


def follows(form: ConditionForm, from_: ConditionForm) -> bool:
    """Whether `form` certainly holds wherever `from_` does."""
    if form in (ALWAYS, from_):
        return True
    if _subjects(form).isdisjoint(_subjects(from_)) or _size(form) * _size(from_) > LARGEST:
        return False
    return _implies(from_, form)


def never_together(forms: Sequence[ConditionForm]) -> bool:
    """Whether these forms can certainly never hold all at once."""
    if sum(map(_size, forms)) ** 2 > LARGEST:
        return False
    flat = [part for form in forms for part in _flat(form)]
    if any(isinstance(part, Several) and not part.parts for part in flat):
        return True
    for number, part in enumerate(flat):
        others = flat[:number] + flat[number + 1 :]
        options = part.parts if isinstance(part, Several) else (part,)
        if all(any(_excludes(option, other) for other in others) for option in options):
            return True
    return False


def _size(form: ConditionForm) -> int:
    return form.size if isinstance(form, Several) else 1


def _subjects(form: ConditionForm) -> frozenset[str]:
    return form.subjects if isinstance(form, Several) else frozenset((form.subject,))


def _flat(form: ConditionForm) -> Iterator[ConditionForm]:
    """The parts all of which must hold."""
    if isinstance(form, Several) and form.how == "all":
        for part in form.parts:
            yield from _flat(part)
    else:
        yield form


def _several(how: Literal["all", "any"], parts: Sequence[ConditionForm]) -> ConditionForm:
    """The form of several parts; a single part as it is."""
    if len(parts) == 1:
        return parts[0]
    subjects = frozenset[str]().union(*map(_subjects, parts))
    return Several(how, tuple(parts), sum(max(1, _size(part)) for part in parts), subjects)


def _form(condition: Condition, holds: bool, known: FormsById) -> ConditionForm:
    key = id(condition), holds
    if key not in known:
        known[key] = _formed(condition, holds, known)
    return known[key]


def _formed(condition: Condition, holds: bool, known: FormsById) -> ConditionForm:
    match condition:
        case All(parts=parts):
            return _several("all" if holds else "any", [_form(p, holds, known) for p in parts])
        case Any(parts=parts):
            return _several("any" if holds else "all", [_form(p, holds, known) for p in parts])
        case Not(part=part):
            return _form(part, not holds, known)
        case Leaf():
            options = [_joined(option, holds=holds) for option in condition.alternatives]
            return _several("any" if holds else "all", options)
        case _:
            raise TypeError(f"no condition: {condition}")


def _joined(tests: Sequence[tuple[str, Asks]], *, holds: bool) -> ConditionForm:
    """The form of tests that must all hold, or of the negation of that."""
    singles = [_single(subject, asks, holds=holds) for subject, asks in tests]
    return _several("all" if holds else "any", singles)


def _single(subject: str, asks: Asks, *, holds: bool) -> ConditionForm:
    """The form of one test: `known: false` is the negation of `known: true`, and `is` with several values is
    `any`."""
    if asks == IsKnown(False):
        return Single(subject, KNOWN, not holds)
    if isinstance(asks, Is) and len(asks.values) != 1:
        parts = [Single(subject, Is((value,)), holds) for value in asks.values]
        return _several("any" if holds else "all", parts)
    return Single(subject, asks, holds)


def _implies(one: ConditionForm, other: ConditionForm) -> bool:
    """Whether `other` certainly holds wherever `one` does."""
    if isinstance(one, Single) and isinstance(other, Single):
        return _single_implies(one, other)
    if _size(one) * _size(other) <= SMALL:
        return _several_imply(one, other)
    return _large_imply(one, other)


def _several_imply(one: ConditionForm, other: ConditionForm) -> bool:
    """Whether `other` follows from `one`, by the parts of both."""
    if one == other:
        return True
    if isinstance(one, Several) and one.how == "any":
        return all(_implies(part, other) for part in one.parts)
    if isinstance(other, Several) and other.how == "all":
        return all(_implies(one, part) for part in other.parts)
    if isinstance(one, Several) and any(_implies(part, other) for part in one.parts):
        return True
    return isinstance(other, Several) and any(_implies(one, part) for part in other.parts)


@lru_cache(maxsize=10_000)
def _large_imply(one: ConditionForm, other: ConditionForm) -> bool:
    """Whether `other` follows from `one`; cached, as parts of nested conditions are compared again and
    again."""
    return _several_imply(one, other)


def _single_implies(one: Single, other: Single) -> bool:
    if one.subject != other.subject:
        return False
    match one.holds, other.holds:
        case True, True:
            return test_implies(one.asks, other.asks)
        case False, False:
            return test_implies(other.asks, one.asks)
        case True, False:
            return test_excludes(one.asks, other.asks)
        case _:
            return False


def _excludes(one: ConditionForm, other: ConditionForm) -> bool:
    """Whether two forms can never hold together."""
    if isinstance(one, Single) and isinstance(other, Single):
        return _single_excludes(one, other)
    return _several_exclude(one, other)


@lru_cache(maxsize=10_000)
def _several_exclude(one: ConditionForm, other: ConditionForm) -> bool:
    if not isinstance(one, Several):
        one, other = other, one
    assert isinstance(one, Several)
    how = all if one.how == "any" else any
    return how(_excludes(part, other) for part in one.parts)


def _single_excludes(one: Single, other: Single) -> bool:
    if one.subject != other.subject:
        return False
    match one.holds, other.holds:
        case True, True:
            return test_excludes(one.asks, other.asks)
        case True, False:
            return test_implies(one.asks, other.asks)
        case False, True:
            return test_implies(other.asks, one.asks)
        case _:
            return False
