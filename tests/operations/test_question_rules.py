"""N7: the rule that would answer: it hears what it says, and takes nothing from a rule that is there."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.playbook import TAIPEI, Playbook
from bot.engine.compiled.rule import OnText, OnTextContaining
from bot.engine.conditions.condition import ConditionContext
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.model.contact import Contact
from bot.operations.question_rules import HeardTexts, ProposedRule, proposed_rule, waited_for
from bot.operations.unanswered import UnheardText, asked_alike, questions
from bot.playbook.syntax.yaml_text import one_or_list, scalar
from bot.wording.near_rules import rule_that_takes
from tests.conftest import NOW
from tests.playbooks import compiled

RULES = """\
  - {when: {text: [運費, 國際運費]}, reply: 一百}
  - {when: {text_contains: [退貨, 退款]}, reply: 七天}
  - {when: {text_pattern: "停車 {where}"}, reply: 有}
  - {when: anything_else, reply: 聽不懂}
"""


def rule_of(texts: dict[str, int], *others: str, rules: str = RULES) -> ProposedRule:
    folded = {fold(text): times for text, times in texts.items()}
    heard = HeardTexts({**folded, **Counter(map(fold, others))}, waited_for(compiled(f"rules:\n{rules}")))
    return proposed_rule(folded, heard, list(texts))


@pytest.mark.parametrize(
    ("texts", "others", "when", "numbers"),
    [
        ({"可以外帶嗎": 3}, (), "{text_contains: 可以外帶}", (3, 0)),
        (
            {"請問可以外帶嗎？": 1, "現在可以外帶嗎": 1, "可以外帶": 1},
            (),
            "{text_contains: 可以外帶}",
            (3, 0),
        ),
        (
            {"when are you open": 2, "so when are you open?": 1},
            (),
            "{text_contains: when are you open}",
            (3, 0),
        ),
        # no part of a word of letters, though more have it
        ({"iphones": 2, "iphone 有嗎": 2}, (), "{text_contains: [iphone 有, iphones]}", (4, 0)),
        # what a rule waits for, too, is no word for it
        ({"運費": 2}, (), "{text: 運費}", (2, 0)),
        ({"停車": 2}, (), "{text: 停車}", (2, 0)),
        # what many others write is none either; of a few it is said
        ({"有沒有外送": 4}, ["有沒有外帶"] * 9, "{text_contains: 有沒有外送}", (4, 0)),
        ({"外送": 20}, ["有外送員嗎"], "{text_contains: 外送}", (20, 1)),
        # nothing can be said in words of two letters
        ({"嗯": 3}, (), "{text: 嗯}", (3, 0)),
        ({"？": 1}, (), '{text: "？"}', (1, 0)),
    ],
)
def test_the_words_of_a_rule(
    texts: dict[str, int], others: list[str], when: str, numbers: tuple[int, int]
) -> None:
    found = rule_of(texts, *others)
    assert found.yaml.splitlines()[0] == f"- when: {when}"
    assert (found.hears, found.others) == numbers


PARTS = ["運費", "國際", "多少", "退貨", "停車", "外帶", "有", "嗎", "請問", "?", "open", "now"]
TEXTS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join)
EXACT, WITHIN = st.lists(TEXTS, max_size=3, unique=True), st.lists(TEXTS, max_size=2, unique=True)


def playbook_of(exact: list[str], within: list[str], first: str = "") -> Playbook:
    lines = [f"  - {{when: {{text: {scalar(text)}}}, reply: 甲}}" for text in exact]
    if within:
        lines.append(f"  - {{when: {{text_contains: {one_or_list(map(scalar, within))}}}, reply: 乙}}")
    return compiled("\n".join(["rules:", first, *lines, "  - {when: anything_else, reply: 丙}"]) + "\n")


def taken(playbook: Playbook, text: str) -> object:
    """The trigger and answer of the rule that takes it: its line may be another one."""
    rule = rule_that_takes(playbook, text, ConditionContext(Contact(""), "main", When(NOW, TAIPEI)))
    return None if rule is None else (rule.when, str(rule.do))


@pytest.mark.ring("test", "a law")
@settings(max_examples=60, deadline=None)
@given(EXACT, WITHIN, st.lists(TEXTS, min_size=1, max_size=12))
def test_pasted_it_hears_what_it_says_and_takes_nothing_from_another(
    exact: list[str], within: list[str], texts: list[str]
) -> None:
    """Pasted before all others, where the page says it goes, and compiled."""
    before = playbook_of(exact, within)
    messages = [UnheardText(text, f"main:U{number}", NOW) for number, text in enumerate(texts)]
    alike = asked_alike(messages, TAIPEI)
    for question in questions(alike, before, NOW).of("open"):
        assert question.rule is not None
        after = playbook_of(exact, within, "  " + question.rule.yaml.replace("\n", "\n  "))
        own = {one.text for some in alike if question.text in {one.text for one in some} for one in some}
        fresh = [text for text in texts if taken(before, text) is None and taken(after, text) is not None]
        is_own = [fold(text) in set(map(fold, own)) for text in fresh]
        assert (sum(is_own), len(fresh) - sum(is_own)) == (question.rule.hears, question.rule.others)
        waiting = [text for text in (*exact, *within, *texts) if taken(before, text) is not None]
        for text in waiting:
            assert _without_place(taken(after, text)) == _without_place(taken(before, text))


def _without_place(found: object) -> object:
    assert isinstance(found, tuple)
    (trigger,) = found[0]
    assert isinstance(trigger, OnText | OnTextContaining)
    return type(trigger), trigger.texts
