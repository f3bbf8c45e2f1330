"""What is said to follow from a condition holds for everybody for whom the condition does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import pytest

from bot.engine.conditions.around import Constant, OnChannel, WithStaff
from bot.engine.conditions.comparisons import Ago, Contains, Is, IsKnown, Order, Test
from bot.engine.conditions.condition import All, Any, Condition, ConditionContext, Not
from bot.engine.conditions.people import IsBound
from bot.engine.conditions.values import AttributeTest, HasTag
from bot.engine.times.bounds import DateWord
from bot.engine.times.local_time import Duration
from bot.model.value import Type
from bot.playbook.graph import implication
from bot.playbook.graph.implication import ConditionForm, Single, denied, follows, form_of, never_together
from tests.depth import examples
from tests.engine.noted import noted
from tests.playbooks import loaded
from tests.store.random_people import HERE, Conditions, people

LEAVES = 2_000
"""Conditions of one test each; those that look at the same thing are compared, each with each."""
ALIKE = 16
"""So many of those that look at the same thing."""
PEOPLE = examples(80)
DAY, WEEK = Duration(days=1), Duration(days=7)


def pairs() -> Iterator[tuple[Condition, Condition]]:
    """Two conditions at a time, as one playbook may have both."""
    return (pair for pair in drawn_pairs() if has_one_type_each(*pair))


def has_one_type_each(*conditions: Condition) -> bool:
    """Whether they ask for each attribute by one type: private ones of all types share a slot, `x.points`."""
    leaves = (leaf for condition in conditions for leaf in condition.leaves())
    asked = {(leaf.slot, leaf.type) for leaf in leaves if isinstance(leaf, AttributeTest)}
    return len(asked) == len({slot for slot, _ in asked})


def drawn_pairs() -> Iterator[tuple[Condition, Condition]]:
    """Single ones of one subject, and those that are made of them."""
    conditions = Conditions(3)
    groups: dict[str, list[Condition]] = {}
    for _ in range(LEAVES):
        leaf = conditions.next(depth=0)
        groups.setdefault(subject(form_of(leaf)), []).append(leaf)
    for group in groups.values():
        yield from product(group[:ALIKE], group[:ALIKE])
    for number in range(400):
        one, other = conditions.next(depth=number % 3), conditions.next(depth=number % 2)
        yield from [(All((one, other)), one), (one, Any((other, one))), (Not(Any((one, other))), Not(one))]
        yield from [(one, other), (one, Not(other)), (All((one, Not(other))), Not(All((other, one))))]


def subject(form: ConditionForm) -> str:
    if isinstance(form, Single):
        return form.subject
    return subject(form.parts[0]) if form.parts else ""


class Crowd:
    """People, and what each condition says of them, at several moments."""

    def __init__(self) -> None:
        moments = Conditions(5)
        self._asked = [
            ConditionContext(person, channel, when, sms_credit="low")
            for channel, when in (moments.asked() for _ in range(4))
            for person in people(11, PEOPLE)
        ]
        self._said: dict[int, tuple[Condition, list[bool]]] = {}

    def said(self, condition: Condition) -> list[bool]:
        if id(condition) not in self._said:
            self._said[id(condition)] = condition, [condition.holds(asked) for asked in self._asked]
        return self._said[id(condition)][1]


CROWD = Crowd()


@cache
def compared() -> list[tuple[Condition, Condition, ConditionForm, ConditionForm]]:
    """The pairs with their forms; not at the import: each of the processes that run tests would make them."""
    return [(one, other, form_of(one), form_of(other)) for one, other in pairs()]


def untrue() -> str | None:
    """Something that is said of two conditions and is not true of somebody; `None` where all is."""
    implication._large_imply.cache_clear()
    implication._several_exclude.cache_clear()
    for one, other, form, wider in compared():
        if follows(wider, form) and any(a and not b for a, b in _both(one, other)):
            return f"{other} does not follow from {one}"
        if never_together([form, wider]) and any(a and b for a, b in _both(one, other)):
            return f"{one} and {other} can hold together"
    return None


def _both(one: Condition, other: Condition) -> Iterator[tuple[bool, bool]]:
    return zip(CROWD.said(one), CROWD.said(other), strict=True)


@pytest.mark.ring("all", "all pairs of conditions")
def test_what_follows_is_true_of_everybody() -> None:
    assert untrue() is None
    found = sum(one is not other and follows(wider, form) for one, other, form, wider in compared())
    assert found > 1_000, "too little follows: this says nothing"
    assert sum(never_together([form, wider]) for _, _, form, wider in compared()) > 400


@pytest.mark.ring("all", "all pairs of conditions")
@pytest.mark.parametrize(
    ("where", "name", "wrong"),
    [
        (implication, "_no_longer", lambda one, other: True),
        (implication, "_within", lambda one, other: True),
        (implication, "_apart", lambda one, other: one.how != other.how),
        (implication, "_passes", lambda value, test: False),
        (implication, "test_implies", lambda one, other: True),
        (implication, "test_excludes", lambda one, other: one != other),
        (implication, "_single_implies", lambda one, other: one.subject == other.subject),
    ],
)
def test_a_fault_in_it_is_seen(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, wrong: Callable[..., object]
) -> None:
    monkeypatch.setattr(where, name, wrong)
    assert untrue() is not None


@pytest.mark.parametrize(("type_", "asked", "other"), [("number", "0", "false"), ("yes_no", "false", "0")])
def test_a_playbook_asks_for_an_attribute_by_one_type(type_: str, asked: str, other: str) -> None:
    """So no two conditions that are compared differ in it, though 0 and no are equal in Python."""
    rules = "rules: [{when: {text: a}, if: {attribute: {points: ASKED}}, reply: a}]"
    text = f"attributes: {{points: {{type: {type_}, private: true}}}}\n{rules}\n"
    assert "type-mismatch" not in codes(text.replace("ASKED", asked))
    assert "type-mismatch" in codes(text.replace("ASKED", other))


def codes(text: str) -> set[str]:
    return {problem.code for problem in loaded(text).problems}


def points(*tests: Test, type_: Type = "number") -> Condition:
    return AttributeTest(HERE, f"{type_[0]}.points", type_, tests)


def tag(name: str, within: Duration | None = None, over: Duration | None = None) -> Condition:
    return HasTag(HERE, (name,), within, over)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (tag("VIP"), HasTag(HERE, ("VIP", "金卡"))),
        (tag("VIP", within=DAY), tag("VIP", within=WEEK)),
        (tag("VIP", over=WEEK), tag("VIP", over=DAY)),
        (tag("VIP", within=DAY), tag("VIP")),
        (Not(HasTag(HERE, ("VIP", "金卡"))), Not(tag("金卡"))),
        (IsBound(HERE, ("phone",)), IsBound(HERE, ("shop", "phone"))),
        (points(Order("at_least", 100)), points(Order("more_than", 99))),
        (points(Order("at_least", 100)), points(IsKnown(True))),
        (points(Is((5,))), points(Order("at_most", 5))),
        (points(Is((1, 2))), points(Order("less_than", 3))),
        (points(Is(("金卡",)), type_="text"), points(Contains("金", at_start=True), type_="text")),
        (points(Contains("金卡"), type_="text"), points(Contains("卡"), type_="text")),
        (points(Ago("within", DAY), type_="date"), points(Ago("within", WEEK), type_="date")),
        (OnChannel(HERE, ("main",)), Not(OnChannel(HERE, ("outlet",)))),
        (points(Order("more_than", 9), Order("less_than", 2)), points(Order("less_than", 2))),
        (All((tag("A"), Any((tag("B"), tag("C"))))), Any((tag("C"), tag("B"), tag("D")))),
        (tag("A"), All(())),
    ],
)
def test_it_follows(one: Condition, other: Condition) -> None:
    assert follows(form_of(other), form_of(one))
    assert not follows(form_of(one), form_of(other))


def test_what_is_asked_in_two_ways_is_the_same() -> None:
    assert form_of(WithStaff(HERE, True)) == form_of(Not(WithStaff(HERE, False)))
    assert form_of(points(IsKnown(False))) == form_of(Not(points(IsKnown(True))))


@pytest.mark.parametrize(
    "parts",
    [
        (tag("A"), Not(tag("A"))),
        (tag("A", within=DAY), tag("A", over=WEEK)),
        (points(Is((5,))), points(Is((6,)))),
        (points(Order("at_least", 5)), points(Order("less_than", 5))),
        (OnChannel(HERE, ("main",)), OnChannel(HERE, ("outlet",))),
        (Any((tag("A"), tag("B"))), Not(tag("A")), Not(tag("B"))),
        (points(IsKnown(False)), points(Order("at_least", 0))),
        (Any(()),),
    ],
)
def test_it_never_holds_together(parts: tuple[Condition, ...]) -> None:
    assert never_together([form_of(part) for part in parts])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (points(Is((DateWord(),)), type_="date"), points(Is(("2026-11-20",)), type_="date")),
        (Constant(HERE, True, noted("a")), Constant(HERE, False, noted("b"))),
        (tag("A", within=DAY), tag("A", over=DAY.__class__(seconds=3600))),
        (points(Contains("a"), type_="text"), points(Contains("b"), type_="text")),
        # a month is of 28 days or of 31
        *(
            (
                points(Order(how, DateWord(30)), type_="date"),
                points(Order(other, DateWord(months=1)), type_="date"),
            )
            for how in ("at_least", "at_most")
            for other in ("at_least", "at_most")
        ),
        (points(Is((DateWord(30),)), type_="date"), points(Is((DateWord(months=1),)), type_="date")),
    ],
)
def test_nothing_is_said_of_what_is_not_known(one: Condition, other: Condition) -> None:
    """Today may be that date; a setting is another on each channel."""
    assert not follows(form_of(one), form_of(other))
    assert not never_together([form_of(one), form_of(other)])


def test_nothing_is_left_over_for_the_last() -> None:
    """As `branch-never` asks: where all others are denied, the last can hold no more."""
    one, other = tag("A"), Not(tag("A"))
    assert never_together([form_of(None), denied(one), denied(other)])
    assert not never_together([form_of(None), denied(one)])


@pytest.mark.ring("all", "many random or generated cases")
def test_large_conditions_cost_little() -> None:
    many = Any(tuple(tag(f"t{number}") for number in range(5_000)))
    assert follows(form_of(many), form_of(Any(many.parts)))
    assert not follows(form_of(many), form_of(Not(many)))
