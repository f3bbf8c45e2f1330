"""What one test of a value says about another test of the same value: sound, never complete."""

from __future__ import annotations

from datetime import datetime

from bot.engine.conditions.comparisons import Ago, Contains, InMonth, Is, IsKnown, OnDay, Order
from bot.engine.conditions.condition import Asks, Buckets
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
            return False  # denied tests are told apart before: here it says that there is a value
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
    """Whether no value passes both."""
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
    """Month by month, day by day: whether 30 days are a month cannot be said."""
    return span.months <= other.months and span.days <= other.days and span.seconds <= other.seconds


def _comparable(one: ComparisonOperand, other: ComparisonOperand) -> bool:
    """Whether two operands are of one kind: a date word is none of the dates that it may stand for.

    Two date words are, where as many months lie between them and today: how many days those are changes.
    """
    if isinstance(one, DateWord) and isinstance(other, DateWord):
        return one.months == other.months
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return True
    return type(one) is type(other)


def _key(value: ComparisonOperand) -> float | str | datetime:
    return value if isinstance(value, int | float | str | datetime) else value.days


def _passes(value: ComparisonOperand, test: Asks) -> bool | None:
    """Whether this value passes; `None` where that cannot be said now."""
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
    """Of values of one kind, which `_comparable` has seen to."""
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


def _within(one: Order, other: Order) -> bool:
    """Whether the half line of `one` lies in that of `other`."""
    if not _comparable(one.value, other.value) or (one.how in _UPWARD) != (other.how in _UPWARD):
        return False
    if _key(one.value) == _key(other.value):
        return one.how == other.how or other.how in ("at_least", "at_most")
    return _ordered(_key(one.value), other.how, _key(other.value))


def _apart(upper: Order, lower: Order) -> bool:
    """Whether `upper` begins behind the end of `lower`."""
    if not _comparable(upper.value, lower.value) or upper.how not in _UPWARD or lower.how in _UPWARD:
        return False
    if _key(upper.value) == _key(lower.value):
        return upper.how == "more_than" or lower.how == "less_than"
    return _ordered(_key(upper.value), "more_than", _key(lower.value))
