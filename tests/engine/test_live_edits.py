"""A changed playbook and the people who are in it: names are identity (semantics 30, 31)."""

from __future__ import annotations

import pytest

from bot.model.event import Facts
from tests.engine.chat import chat_of
from tests.playbooks import compiled

QUIZ = """\
rules:
  - {when: {text: 開始}, start: quiz}
  - {when: {text: 在嗎}, reply: 在}
flows:
  quiz:
    states:
      問一:
        ask: 一？
        answer: [甲, 乙]
        otherwise: 請選。
        give_up_after: {30m: 放棄}
        next: 完
      完: {reply: 好, end: true}
      放棄: {end: true}
"""
RENAMED = QUIZ.replace("問一", "第一題")
MOVED = RENAMED + "    moved: {問一: 第一題}\n"


def test_s30_texts_apply_at_once() -> None:
    chat = chat_of(QUIZ)
    assert chat.says("開始") == ["一？"]
    chat.edited(compiled(QUIZ.replace("請選。", "請點按鈕。")))
    assert chat.says("丙") == ["請點按鈕。"]
    assert chat.state("quiz") == "問一"


def test_s30_who_stands_in_a_renamed_state_is_moved_without_its_entry() -> None:
    """The question is not asked again, and the answer counts."""
    chat = chat_of(QUIZ)
    chat.says("開始")
    chat.waits(minutes=20)
    chat.edited(compiled(MOVED))
    assert chat.says("在嗎") == ["在"]
    assert chat.state("quiz") == "第一題"
    assert chat.says("甲") == ["好"]


def test_s31_without_moved_the_person_is_kept_and_nothing_breaks() -> None:
    """Lost: kept where it stands, hears nothing, and the rest of the bot goes on."""
    chat = chat_of(QUIZ)
    chat.says("開始")
    chat.edited(compiled(RENAMED))
    assert chat.says("甲") == []
    assert chat.because("lost")
    assert chat.says("在嗎") == ["在"]
    chat.waits(hours=2)
    assert chat.state("quiz") == "問一"
    chat.edited(compiled(MOVED))
    assert chat.says("甲") == ["好"]


CONSENT = """\
consent_from: here
signals: {go: }
flows:
  news:
    when: {signal: go}
    once_per: always
    states: {等: {wait: 1d, next: 說}, 說: {push: 特價, end: true}}
"""


@pytest.mark.parametrize("now", ["strictest", "shop"])
def test_s30_who_decides_about_marketing_applies_at_once(now: str) -> None:
    """C10, I6: who has said *no* to the shop is sent nothing from the moment on that the shop decides."""
    chat = chat_of(CONSENT)
    no = Facts(member_no="1", shop_knows_line=True, marketing=False, shop="f")
    chat.told("shop", "member_updated", no)
    assert chat.says("恢復推播") == ["已恢復推播。"]
    chat.told("signal", "go")
    chat.edited(compiled(CONSENT.replace("here", now, 1)))
    assert chat.waits(days=1, minutes=1) == []
    assert chat.contact.marketing is False
    chat.edited(compiled(CONSENT))
    chat.told("signal", "go")
    assert chat.waits(days=1, minutes=1) == ["特價"]
