"""A flow as a machine of `transitions`: the order of the file is its own, and it never complains."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import pytest

from bot.engine.compiled.flow import AnswerForm, Flow, Question, State
from bot.engine.compiled.machine import BRANCH, MESSAGE, TOO_MANY, kind_of, machine_of, trigger
from bot.engine.compiled.playbook import TAIPEI
from bot.engine.compiled.rule import (
    OnAfter,
    OnAnythingElse,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.compiled.trigger_event import TriggerEvent, fits
from bot.engine.times.bounds import When
from bot.engine.times.local_time import HOUR, Wait
from bot.model.instance import Instance
from bot.playbook.compile.values.values import pattern_of
from tests.depth import examples
from tests.playbooks import place

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
TEXT = OnText(("x",))


def some_rule(key: str, when: Trigger | tuple[Trigger, ...] = TEXT, to: str | None = None) -> Rule:
    return Rule(place(key), when if isinstance(when, tuple) else (when,), None, (), key, to)


def question(too_many: str | None = None) -> Question:
    return Question(place("ask"), (), AnswerForm("text"), tries=2 if too_many else None, too_many=too_many)


def flow(*states: State, rules: tuple[Rule, ...] = ()) -> Flow:
    return Flow("f", "f", place("f"), {state.name: state for state in states}, rules)


def state(
    name: str,
    *rules: Rule,
    branch: tuple[Rule, ...] = (),
    end: bool = False,
    ask: Question | None = None,
) -> State:
    return State(name, name, place(name), rules=rules, branch=branch, end=end, question=ask)


def standing(name: str) -> Instance:
    return Instance("f", "main", name, 1, NOON, NOON)


@dataclass
class Listener:
    """Says which rules fit, and notes what the machine asks and does, in that order."""

    fitting: tuple[str, ...] = ()
    is_valid: bool = False
    calls: list[str] = field(default_factory=list)

    def fits(self, instance: Instance, rule: Rule, *, own: bool) -> bool:
        self.calls.append(f"{'own' if own else 'flow'} {rule.key}?")
        return rule.key in self.fitting

    def carry_out(self, instance: Instance, rule: Rule) -> None:
        self.calls.append(f"do {rule.key} in {instance.state}")

    def is_answer(self, instance: Instance) -> bool:
        self.calls.append("answer?")
        return self.is_valid

    def take_answer(self, instance: Instance) -> None:
        self.calls.append(f"take answer in {instance.state}")

    def entered(self, instance: Instance) -> None:
        self.calls.append(f"enter {instance.state}")


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The library warns of what a state does not hear; that is no news here, and would fill the log."""
    with caplog.at_level(logging.WARNING):
        yield
    assert caplog.records == []


EVERYTHING = flow(
    state("問", some_rule("a"), some_rule("b", to="完"), ask=question()),
    state("等", some_rule("c", OnNews("shop"), "完")),
    state("完", end=True),
    rules=(some_rule("d"), some_rule("e", to="等"), some_rule("f", OnNews("shop"), "等")),
)


def test_asked_are_the_states_rules_then_the_flows_then_the_answer_in_the_files_order() -> None:
    """Semantics 11."""
    listener = Listener()
    assert not trigger(machine_of(EVERYTHING), standing("問"), MESSAGE, listener)
    assert listener.calls == ["own a?", "own b?", "flow d?", "flow e?", "answer?"]


@pytest.mark.parametrize(
    ("fitting", "calls", "after"),
    [
        (("a", "b", "d"), ["own a?", "do a in 問"], "問"),
        (("b", "e"), ["own a?", "own b?", "do b in 問", "enter 完"], "完"),
        (("d", "e"), ["own a?", "own b?", "flow d?", "do d in 問"], "問"),
        (("e",), ["own a?", "own b?", "flow d?", "flow e?", "do e in 問", "enter 等"], "等"),
    ],
)
def test_the_first_that_fits_acts_before_the_state_is_left(
    fitting: tuple[str, ...], calls: list[str], after: str
) -> None:
    """Semantics 15; one without `to` stays, and enters nothing."""
    listener, instance = Listener(fitting), standing("問")
    assert trigger(machine_of(EVERYTHING), instance, MESSAGE, listener)
    assert (listener.calls, instance.state) == (calls, after)


def test_a_valid_answer_stays_in_the_state() -> None:
    listener, instance = Listener(is_valid=True), standing("問")
    assert trigger(machine_of(EVERYTHING), instance, MESSAGE, listener)
    assert (listener.calls[-1], instance.state) == ("take answer in 問", "問")


def test_the_same_state_is_entered_anew() -> None:
    again = flow(state("等", some_rule("a", to="等")))
    listener = Listener(("a",))
    assert trigger(machine_of(again), standing("等"), MESSAGE, listener)
    assert listener.calls == ["own a?", "do a in 等", "enter 等"]


def test_each_kind_of_news_reaches_only_its_rules() -> None:
    listener, instance = Listener(("c",)), standing("等")
    assert trigger(machine_of(EVERYTHING), instance, "shop", listener)
    assert (listener.calls, instance.state) == (["own c?", "do c in 等", "enter 完"], "完")


@pytest.mark.parametrize("kind", ["shop", "tag_added", "after 1h", "code", "", "問", "to_完", "__class__"])
@pytest.mark.parametrize("name", ["問", "等", "完", "不存在"])
def test_what_a_state_does_not_hear_is_not_taken_and_nobody_is_warned(kind: str, name: str) -> None:
    listener, instance = Listener(), standing(name)
    assert not trigger(machine_of(EVERYTHING), instance, kind, listener)
    assert instance.state == name
    assert all(call.endswith("?") for call in listener.calls)


def test_a_rule_with_several_triggers_of_one_kind_is_asked_once() -> None:
    both = some_rule(
        "a", (TEXT, OnPattern(pattern_of("{x}")), OnNews("shop"), OnNews("shop", ("order_paid",)))
    )
    machine, listener = machine_of(flow(state("等", both))), Listener()
    trigger(machine, standing("等"), MESSAGE, listener)
    trigger(machine, standing("等"), "shop", listener)
    assert listener.calls == ["own a?", "own a?"]


def test_branches_are_an_event_of_their_own_in_the_files_order() -> None:
    fork = flow(
        state("叉", branch=(some_rule("a", (), "甲"), some_rule("b", (), "乙"), some_rule("c", (), "甲"))),
        state("甲", end=True),
        state("乙", end=True),
    )
    listener, instance = Listener(("b", "c")), standing("叉")
    assert not trigger(machine_of(fork), instance, MESSAGE, listener)
    assert trigger(machine_of(fork), instance, BRANCH, listener)
    assert listener.calls == ["own a?", "own b?", "do b in 叉", "enter 乙"]


def test_too_many_tries_lead_where_the_question_says() -> None:
    asking = flow(state("問", ask=question("放棄")), state("放棄", end=True))
    listener, instance = Listener(), standing("問")
    assert trigger(machine_of(asking), instance, TOO_MANY, listener)
    assert (listener.calls, instance.state) == (["enter 放棄"], "放棄")
    assert not trigger(machine_of(EVERYTHING), standing("問"), TOO_MANY, listener)


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        (TEXT, MESSAGE),
        (OnPattern(pattern_of("{x}")), MESSAGE),
        (OnMessage("image"), MESSAGE),
        (OnPostback(("x",)), MESSAGE),
        (OnNews("tag_added", ("VIP",)), "tag_added"),
        (OnNews("code", ("sent",)), "code"),
        (OnAfter(Wait("1h", HOUR)), "after 1h"),
    ],
)
def test_the_kind_by_which_a_trigger_is_heard(when: Trigger, kind: str) -> None:
    assert kind_of(when) == kind


def test_one_machine_serves_all_its_instances() -> None:
    machine = machine_of(EVERYTHING)
    first, second = standing("問"), standing("等")
    assert trigger(machine, first, MESSAGE, Listener(("e",)))
    assert not trigger(machine, second, MESSAGE, Listener())
    assert (first.state, second.state) == ("等", "等")
    assert machine.models == []  # it keeps nobody: instances are gone when their turn is over


def test_timers_of_one_length_share_an_event_and_the_first_rule_has_it() -> None:
    hour = OnAfter(Wait("1h", HOUR))
    waiting = flow(state("等", some_rule("a", hour), some_rule("b", hour, "完")), state("完", end=True))
    listener = Listener(("b",))
    assert trigger(machine_of(waiting), standing("等"), "after 1h", listener)
    assert listener.calls == ["own a?", "own b?", "do b in 等", "enter 完"]


WORDS = ("茶", "茶 ", "ＡＢ", "ab", "x", "優惠")
WHENS: tuple[Trigger, ...] = (
    *(OnText((word,)) for word in WORDS),
    OnText(WORDS[:3]),
    OnText(("AB",), strict=True),
    OnTextContaining(("優",)),
    OnPattern(pattern_of("{x}茶")),
    OnMessage("image"),
    OnPostback(("x",)),
    OnNews("shop"),
    OnAnythingElse(),
)


class Reader(Listener):
    """Of whom a rule is heard whose trigger fits, and that has the turn."""

    def __init__(self, heard: TriggerEvent, turns: frozenset[str]) -> None:
        super().__init__()
        self.heard, self.turns = heard, turns

    def fits(self, instance: Instance, rule: Rule, *, own: bool) -> bool:
        when = When(NOON, TAIPEI)
        fitting = any(fits(one, self.heard, when) is not None for one in rule.when)
        if fitting:
            self.calls.append(f"{rule.key}?")
        return fitting and rule.key in self.turns


def test_who_is_not_asked_for_a_text_would_not_have_heard_it() -> None:
    dice = Random(7)
    for _ in range(examples(600)):
        keys = [f"r{number}" for number in range(dice.randrange(1, 9))]
        rules = [some_rule(key, tuple(dice.sample(WHENS, dice.randrange(1, 4)))) for key in keys]
        own = dice.randrange(len(rules) + 1)
        asking = question() if dice.random() < 0.5 else None
        machine = machine_of(flow(state("問", *rules[:own], ask=asking), rules=tuple(rules[own:])))
        heard = TriggerEvent("text", dice.choice((*WORDS, "好茶", "ab茶", "沒有")))
        turns = frozenset(dice.sample(keys, dice.randrange(len(keys) + 1)))
        everybody, some = Reader(heard, turns), Reader(heard, turns)
        took = trigger(machine, standing("問"), MESSAGE, everybody)
        assert trigger(machine, standing("問"), MESSAGE, some, heard.folded) == took
        assert some.calls == everybody.calls


def test_of_many_texts_in_a_state_only_the_one_that_was_said_is_asked() -> None:
    rules = [some_rule(f"r{number}", OnText((f"TEXT {number}",))) for number in range(500)]
    listener = Listener(("r7",))
    machine = machine_of(flow(state("問", *rules), rules=(some_rule("any", OnTextContaining(("x",))),)))
    assert trigger(machine, standing("問"), MESSAGE, listener, "text 7")
    assert listener.calls == ["own r7?", "do r7 in 問"]
    assert not trigger(machine, standing("問"), MESSAGE, (other := Listener()), "text 500")
    assert other.calls == ["flow any?"]
