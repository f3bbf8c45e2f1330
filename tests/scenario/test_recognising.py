"""A message is known as its card's, whatever was filled in; and another is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.scenario.naming import is_card
from bot.wording.conversation import actions_of, can_be_read, line_of
from tests.playbooks import compiled
from tests.scenario import playing

PLAYBOOK = """
attributes: {points: number}
cards:
  hello: {text: "{{ contact.name or 您好 }}，有 {{ attribute.points or 0 }} 點"}
  plain: {text: 歡迎}
  two: {messages: [{text: 一}, {text: "{{ contact.name or 無 }}！"}]}
  shop:
    buttons:
      text: 看看
      taps: [{label: 網站, open: "https://forest.example"}, {label: 說話, send: 你好}]
  bubble:
    flex:
      alt: 會員卡
      contents:
        type: bubble
        body: {type: box, layout: vertical, contents: [{type: text, text: "{{ contact.name or 會員 }}"}]}
rules: [{when: follow, reply: [hello, plain, two]}, {when: {text: 你好}, reply: [shop, bubble]}]
"""
CARDS = compiled(PLAYBOOK).cards


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@pytest.mark.parametrize("words", ["小美，有 120 點", "您好，有 0 點", "，有  點"])
def test_whatever_is_filled_in(words: str) -> None:
    assert is_card([text(words)], CARDS["hello"])


@pytest.mark.parametrize("words", ["小美，有 120 點。", "小美有 120 點", "歡迎", ""])
def test_another_text_is_another(words: str) -> None:
    assert not is_card([text(words)], CARDS["hello"])


def test_all_messages_of_a_card_and_no_other() -> None:
    assert is_card([text("一"), text("小美！")], CARDS["two"])
    assert not is_card([text("一")], CARDS["two"])
    assert not is_card([text("一"), text("小美！"), text("二")], CARDS["two"])
    assert not is_card([text("小美！"), text("一")], CARDS["two"])


def test_quick_replies_do_not_matter_for_line_moves_them() -> None:
    quick = {"items": [{"type": "action", "action": {"type": "message", "label": "好", "text": "好"}}]}
    assert is_card([{**text("歡迎"), "quickReply": quick}], CARDS["plain"])
    assert line_of({**text("歡迎"), "quickReply": quick}) == "歡迎 [好]"


def test_a_tap_that_led_nowhere_is_left_out() -> None:
    whole: dict[str, Any] = CARDS["shop"].bubbles[0].ready or {}
    fewer = {**whole, "template": {**whole["template"], "actions": whole["template"]["actions"][:1]}}
    assert is_card([whole], CARDS["shop"])
    assert not is_card([fewer], CARDS["shop"]), "these two lead somewhere"


def test_what_can_be_read_and_tapped() -> None:
    playing.holds(PLAYBOOK, "user: 你好", "bot: [shop, bubble]")
    whole: dict[str, Any] = CARDS["shop"].bubbles[0].ready or {}
    assert can_be_read(whole, "看看")
    assert can_be_read(whole, "說話")
    assert not can_be_read(whole, "buttons")
    assert [action["label"] for action in actions_of(whole)] == ["網站", "說話"]
    assert line_of(whole) == "(buttons) 看看 [網站] [說話]"
