"""A text that no rule took: which rule waits for nearly that, in the workbench and in `oaflow explain`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.model.contact import Contact, Tag
from bot.wording import near_rules as module
from bot.wording.near_rules import near_rules
from tests.playbooks import compiled

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
RULES = """
rules:
  - {when: {text: 可以外帶嗎}, reply: 可以}
  - {when: {text: "外帶、外送"}, reply: 都有}
  - {when: {text: [優惠, 折 扣]}, reply: 85 折}
  - {when: {text: VIP, strict: true}, reply: 貴賓}
  - {when: {text_contains: "退/換"}, reply: 七天內}
  - {when: {text: 营业时间}, reply: 十點}
  - {when: {text: 好}, reply: 好}
  - {when: {text: 1樓2號門}, reply: 請進}
  - {when: {text_pattern: "查 {no:digits}"}, reply: 查}
  - {when: anything_else, reply: 聽不懂}
"""


def asked(playbook: Playbook, channel: str = "main") -> ConditionContext:
    return ConditionContext(Contact("main:U1"), channel, When(NOW, playbook.zone))


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("可以外帶嗎？", [("可以外帶嗎", "marks")]),
        ("可以 外帶 嗎?!", [("可以外帶嗎", "marks")]),
        ("外帶", [("可以外帶嗎", "part"), ("外帶、外送", "part")]),
        ("有優惠嗎", [("優惠", "within")]),
        ("折扣", [("折 扣", "marks")]),
        ("vip", [("VIP", "marks")]),
        ("想退換貨", [("退/換", "marks")]),
        ("營業時間", [("营业时间", "marks")]),
        ("好的呀", []),  # a single letter says nothing
        ("？？", []),
        ("查", []),
        ("可以外代嗎", [("可以外帶嗎", "slip")]),
        ("可外帶嗎", [("可以外帶嗎", "slip")]),
        ("可以外帶了嗎", [("可以外帶嗎", "slip")]),
        ("可以帶外嗎？", [("可以外帶嗎", "slip")]),
        ("營葉時間", [("营业时间", "slip")]),
        ("可以外送了", []),  # two letters
        ("可以內送嗎", []),
        ("优會", []),  # of so few letters another one is another word
        ("一樓二號門", []),
        ("1樓3號門", []),  # another number is meant so
        ("完全不同", []),
    ],
)
def test_which_rule_waits_for_nearly_that(said: str, near: list[tuple[str, str]]) -> None:
    playbook = compiled(RULES)
    found = near_rules(playbook, said, asked(playbook))
    assert [(one.text, one.how) for one in found] == near


def test_a_rule_that_hears_it_is_not_near() -> None:
    """But only its condition does not hold: that is told elsewhere."""
    playbook = compiled("tags: {V: {}}\nrules:\n  - {when: {text: 外帶}, if: {tag: V}, reply: 好}\n")
    assert near_rules(playbook, "外帶", asked(playbook)) == ()
    assert near_rules(playbook, "外帶？", asked(playbook)) == ()
    vip = replace(asked(playbook).contact, tags=(Tag("V", NOW, "given"),))
    assert len(near_rules(playbook, "外帶？", ConditionContext(vip, "main", When(NOW, playbook.zone)))) == 1


def test_the_nearest_few_are_told_the_nearest_first() -> None:
    rules = "".join(f"  - {{when: {{text: 外帶{n}}}, reply: 好}}\n" for n in range(6))
    playbook = compiled(f"rules:\n{rules}")
    found = near_rules(playbook, "外帶 5！", asked(playbook))
    assert [(one.text, one.how) for one in found] == [("外帶5", "marks")]
    found = near_rules(playbook, "外帶", asked(playbook))
    assert [one.text for one in found] == ["外帶0", "外帶1", "外帶2"]


def test_only_what_would_answer_here_is_near_and_each_text_once() -> None:
    """The right text would change nothing for a rule of another account, or for others."""
    rules = """
tags: {V: {}}
rules:
  - {when: {text: 優惠}, if: {tag: V}, reply: 貴賓}
  - {when: {text: 優惠}, reply: 好}
  - {when: [{text: 優惠}, {text: 折扣}], reply: 都好}
"""
    playbook = compiled(rules)
    [near] = near_rules(playbook, "優惠！", asked(playbook))
    assert near.place == playbook.rules[1].place


def test_a_rule_that_its_limit_keeps_silent_is_not_near() -> None:
    """The right text would not help: it is over, has not begun, has no place left."""
    rules = """
rules:
  - {when: {text: 外帶一}, until: 2026-11-01 24:00, name: 過了, reply: 好}
  - {when: {text: 外帶二}, from: 2026-12-01 00:00, name: 還沒, reply: 好}
  - {when: {text: 外帶三}, first: 5, name: 滿了, reply: 好}
  - {when: {text: 外帶四}, first: 5, name: 還有, reply: 好}
  - {when: {text: 外帶五}, until: 2026-12-01 24:00, name: 還在, reply: 好}
"""
    playbook = compiled(rules)
    full = replace(asked(playbook), taken={"滿了": 5, "還有": 4})
    assert [one.text for one in near_rules(playbook, "外帶", full)] == ["外帶四", "外帶五"]


def test_the_texts_of_a_playbook_are_folded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands of them that takes a tenth of a second, in which the bot answers nobody."""
    playbook, another = compiled(RULES), compiled(RULES.replace("好", "行"))
    folded: list[str] = []

    def counted(text: str) -> str:
        folded.append(text)
        return fold(text)

    monkeypatch.setattr(module, "fold", counted)
    for which, said, times in ((playbook, "外帶嗎", 10), (playbook, "外送嗎", 1), (another, "外帶嗎", 10)):
        folded.clear()
        near_rules(which, said, asked(which))
        assert (said in folded, len(folded)) == (True, times)
