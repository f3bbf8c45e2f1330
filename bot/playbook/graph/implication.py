"""Whether one condition follows from another, or excludes it, by form alone: sound, never complete.

Unknown is false and `not` is the exact complement, so two-valued logic holds: a condition is brought into a
form of `all`, `any` and single tests, affirmed or denied, and those are compared one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from bot.engine.conditions.comparisons import Is, IsKnown
from bot.engine.conditions.condition import KNOWN, All, Any, Asks, Condition, Leaf, Not
from bot.playbook.graph.comparison import test_excludes, test_implies

LARGEST = 4_000
"""Pairs of tests up to which two conditions are compared; beyond it only an equal one follows."""

SMALL = 64
"""Pairs of tests up to which comparing is quicker than remembering."""


@dataclass(frozen=True, slots=True)
class Single:
    """One test of one subject (`tag VIP`, `attribute n.points`), which is to hold or not to hold."""

    subject: str
    asks: Asks
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Several:
    """`all` of the parts (of none: always), or `any` of them (of none: never).

    `size` is the number of single tests in it, an empty part counting as one; `subjects` what they look at.
    """

    how: Literal["all", "any"]
    parts: tuple[ConditionForm, ...]
    size: int = 0
    subjects: frozenset[str] = frozenset()


ConditionForm: TypeAlias = Single | Several

ALWAYS = Several("all", ())


FormsById: TypeAlias = dict[tuple[int, bool], ConditionForm]
"""Forms of conditions by identity, and whether they are to hold: audiences that many name are one object."""


def form_of(condition: Condition | None, known: FormsById | None = None) -> ConditionForm:
    """The condition as it is compared; none at all always holds. `known` is read and added to."""
    return ALWAYS if condition is None else _form(condition, True, {} if known is None else known)


def denied(condition: Condition | None) -> ConditionForm:
    """That the condition does not hold."""
    return Several("any", ()) if condition is None else _form(condition, False, {})


def follows(form: ConditionForm, from_: ConditionForm) -> bool:
    """Whether `form` holds wherever `from_` does."""
    if form in (ALWAYS, from_):
        return True
    if _subjects(form).isdisjoint(_subjects(from_)) or _size(form) * _size(from_) > LARGEST:
        return False
    return _implies(from_, form)


def never_together(forms: Sequence[ConditionForm]) -> bool:
    """Whether these can never hold all at once."""
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
    if isinstance(form, Several) and form.how == "all":
        for part in form.parts:
            yield from _flat(part)
    else:
        yield form


def _several(how: Literal["all", "any"], parts: Sequence[ConditionForm]) -> ConditionForm:
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
    singles = [_single(subject, asks, holds=holds) for subject, asks in tests]
    return _several("all" if holds else "any", singles)


def _single(subject: str, asks: Asks, *, holds: bool) -> ConditionForm:
    if asks == IsKnown(False):
        return Single(subject, KNOWN, not holds)
    if isinstance(asks, Is) and len(asks.values) != 1:
        parts = [Single(subject, Is((value,)), holds) for value in asks.values]
        return _several("any" if holds else "all", parts)
    return Single(subject, asks, holds)


def _implies(one: ConditionForm, other: ConditionForm) -> bool:
    if isinstance(one, Single) and isinstance(other, Single):
        return _single_implies(one, other)
    if _size(one) * _size(other) <= SMALL:
        return _several_imply(one, other)
    return _large_imply(one, other)


def _several_imply(one: ConditionForm, other: ConditionForm) -> bool:
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
    """The same, remembered: parts of nested conditions meet again and again."""
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
