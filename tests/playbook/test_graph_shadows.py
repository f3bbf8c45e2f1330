"""A rule that is said to be never heard is never heard: asked of the engine's own index, with anybody."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from bot.engine.compiled.rule import (
    OnAnythingElse,
    OncePer,
    OnMessage,
    OnNews,
    OnPattern,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.compiled.rule_index import RuleIndex
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.conditions.condition import Condition, ConditionContext
from bot.model.place import Place
from bot.model.problem import Problem
from bot.playbook.compile.values.values import EVERYTHING, pattern_of
from bot.playbook.graph.examine import examine
from bot.playbook.graph.shadows import shadowed_rules
from bot.playbook.graph.survey import survey
from bot.playbook.syntax.nodes import Map
from tests.pace import fewest_paces
from tests.playbooks import playbook
from tests.store.random_people import Conditions, people

WORDS = ("a", "ok", "OK", "Ｏｋ", "優惠", "優惠碼", "全館 優惠", "查 12", "查12號")
ROUNDS = 60


def a_trigger(dice: Random) -> Trigger:
    words = tuple(dice.sample(WORDS, dice.randint(1, 2)))
    strict = dice.random() < 0.3
    return dice.choice(
        (
            OnText(words, strict),
            OnText(words, strict),
            OnTextContaining(words, strict, every=dice.random() < 0.4),
            OnPattern(pattern_of(dice.choice(("查 {n:digits}", "查{x}", "{x}優惠*", "優惠*", "*優惠*")))),
            OnPattern(EVERYTHING),
            OnMessage(dice.choice(("image", "sticker"))),
            OnNews("follow", dice.choice((None, ("first",), ("again",)))),
            OnAnythingElse(),
        )
    )


def a_rule(dice: Random, number: int, conditions: list[Condition | None]) -> Rule:
    return Rule(
        Place("bot.yaml", number, 1, f"rules[{number}]"),
        tuple(a_trigger(dice) for _ in range(dice.choice((1, 1, 2)))),
        dice.choice(conditions),
        (),
        key=str(number),
        once_per=OncePer("person") if dice.random() < 0.1 else None,
        interrupt=dice.random() < 0.2,
        also=dice.random() < 0.1,
        with_staff=dice.random() < 0.2,
    )


def first_to_hear(
    rules: list[Rule], heard: TriggerEvent, asked: ConditionContext, *, with_staff: bool
) -> Rule | None:
    """As the engine asks: those that interrupt first; with staff, only those that are meant for it."""
    for part in ([r for r in rules if r.interrupt], [r for r in rules if not r.interrupt]):
        listening = [rule for rule in part if rule.with_staff or not with_staff]
        for rule, _ in RuleIndex(listening).matches(heard, asked.when):
            if not rule.also and (rule.condition is None or rule.condition.holds(asked)):
                return rule
    return None


@pytest.mark.ring("all", "many random or generated cases")
def test_what_is_said_to_be_never_heard_is_never_heard() -> None:
    dice, moments = Random(2), Conditions(9)
    crowd = people(5, 20)
    told = heard_of = 0
    for _ in range(ROUNDS):
        conditions: list[Condition | None] = [None, None, *(moments.next(depth=1) for _ in range(4))]
        rules = [a_rule(dice, number, conditions) for number in range(1, 9)]
        lost = {p.place.line for p in found(rules) if p.code == "rule-shadowed"}
        told += len(lost)
        channel, when = moments.asked()
        events = [TriggerEvent("text", word) for word in (*WORDS, "查 3", "ok ", "x優惠y")]
        events += [
            TriggerEvent("image"),
            TriggerEvent("sticker"),
            TriggerEvent("follow", "first"),
            TriggerEvent("follow", "again"),
        ]
        for heard, person, with_staff in product(events, crowd, (False, True)):
            asked = ConditionContext(person, channel, when, sms_credit="low")
            rule = first_to_hear(rules, heard, asked, with_staff=with_staff)
            if rule is not None:
                heard_of += 1
                assert rule.place.line not in lost, (rule, heard, rules)
    assert told > ROUNDS / 2
    assert heard_of > 5_000


def found(rules: list[Rule]) -> list[Problem]:
    return list(shadowed_rules(survey(playbook(*rules), Map("", (), 1, 1))))


def text_rule(number: int, *texts: str, condition: Condition | None = None) -> Rule:
    place = Place("bot.yaml", number, 1, f"rules[{number}]")
    return Rule(place, (OnText(texts),), condition, (), key=str(number))


def test_only_an_earlier_rule_shadows() -> None:
    rules = [text_rule(1, "a", "b"), text_rule(2, "b", "c"), text_rule(3, "a", "b")]
    assert [(p.place.line, p.code) for p in found(rules)] == [
        (2, "rule-partly-shadowed"),
        (3, "rule-shadowed"),
    ]


@pytest.mark.ring("all", "many random or generated cases")
@pytest.mark.parametrize(
    "number", [3_000, pytest.param(10_000, marks=pytest.mark.ring("soak", "more of the same"))]
)
@pytest.mark.parametrize("alike", [False, True], ids=["different words", "all the same words"])
def test_thousands_of_rules_are_not_compared_in_pairs(alike: bool, number: int) -> None:
    """Each with each would be fifty million times, of ten thousand."""
    moments = Conditions(4)
    conditions = [None, *(moments.next(depth=n % 3) for n in range(200))]
    rules = [
        text_rule(n, *(("優惠", "ok") if alike else (f"詞{n}", f"字{n // 3}")), condition=conditions[n % 201])
        for n in range(number)
    ]
    many = playbook(*rules)
    bound = number * 0.06
    assert fewest_paces(lambda: examine(many, Map("", (), 1, 1), {}), bound) < bound
