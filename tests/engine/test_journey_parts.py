"""What starts a journey (H1), and every step that it can have (H2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.model.event import Follow
from tests.engine.chat import Chat, chat_of

STARTS = """
tags: {甲: }
attributes: {n: number, birthday: date}
audiences: {常客: {if: {attribute: {n: {at_least: 2}}}}}
flows:
  j: {when: WHEN, once_per: always, if_late: send, states: {推: {push: 推, end: true}}}
rules:
  - {when: {text: 標}, add_tags: [甲]}
  - {when: {text: 加}, increase: {n: 2}}
  - {when: {text_pattern: "生日 {d:date}"}, set: {birthday: "{{ event.d }}"}}
"""


def birthday(chat: Chat) -> None:
    """It is in four days: three days before is tomorrow."""
    chat.says(f"生日 1990-{(chat.now + timedelta(days=4)).strftime('%m-%d')}")
    assert date(chat.now.year, 9, 1) == chat.now.date()
    chat.waits(hours=21)
    assert chat.said == []
    chat.waits(hours=1)


@pytest.mark.parametrize(
    ("when", "happens"),
    [
        ("{tag_added: 甲}", lambda chat: chat.says("標")),
        ("follow", lambda chat: chat.hears(Follow(again=False), token=False)),
        ("{attribute_changed: n}", lambda chat: chat.says("加")),
        ("{shop: member_registered}", lambda chat: chat.told("shop", "member_registered")),
        ("{shop: order_paid}", lambda chat: chat.told("shop", "order_paid", amount=880)),
        ("{anniversary: birthday, days_before: 3, at: 10:00}", birthday),
        ("{enters: 常客}", lambda chat: chat.says("加")),
    ],
)
def test_h1_a_journey_starts_by_itself(when: str, happens: Callable[[Chat], object]) -> None:
    chat = chat_of(STARTS.replace("WHEN", when))
    chat.says("嗨")
    assert chat.ended("j") is None
    happens(chat)
    assert (chat.said, chat.ended("j")) == (["推"], "推")


STEPS = """
tags: {甲: }
attributes: {n: number}
splits: {半: {左: 50, 右: 50}}
hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}
flows:
  j:
    when: {signal: go}
    once_per: always
    if_late: send
    states:
      說: {push: 一, wait: 2h, next: 到點}
      到點: {wait: "until 18:00", next: 分路}
      分路: {branch: [{if: {attribute: {n: {at_least: 5}}}, to: 完}, {to: 分組}]}
      分組: {branch: [{if: {split: {半: 左}}, to: 做}, {if: {split: {半: 右}}, to: 做}, {to: 完}]}
      做:
        do: [{add_tags: [甲]}, {increase: {n: 1}}, {call: crm}]
        rules: [{when: {shop: order_paid}, to: 買了}, {when: {hook: crm}, to: 完}]
        give_up_after: {3d: 逾時}
      買了: {push: 謝謝, end: true}
      逾時: {push: 想起您, end: true}
      完: {end: true}
signals: {go: }
"""


@pytest.mark.parametrize("buys", [True, False])
def test_h2_a_journey_of_every_step(buys: bool) -> None:
    """Send, wait (a span, until a time, until something happens or three days), branch, split, tag, hook.

    The rich menu that a step pins: tests/scenarios/birthday.yaml.
    """
    chat = chat_of(STEPS)
    assert chat.told("signal", "go") == ["一"]
    chat.waits(hours=2)
    assert chat.state("j") == "到點"
    chat.waits(hours=4)
    assert (chat.state("j"), chat.tags, chat.attributes) == ("做", {"甲"}, {"n": 1})
    assert [type(asked).__name__ for asked in chat.asked] == ["CallHook"]
    if buys:
        assert chat.told("shop", "order_paid") == ["謝謝"]
    else:
        assert chat.waits(days=3) == ["想起您"]
    assert chat.ended("j") == ("買了" if buys else "逾時")
