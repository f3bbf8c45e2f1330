"""Rules: triggers, actions, how they are counted (language, sections 4 and 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.engine.actions.attributes import ClearAttributes, Increase, SetAttributes
from bot.engine.actions.conversation import HandBack, HandOver, Loading, NotifyStaffStep
from bot.engine.actions.flows import ExitFlow, Raise, StartFlow
from bot.engine.actions.hooks import Call
from bot.engine.actions.marketing import SetMarketing
from bot.engine.actions.members import Refresh, Unbind
from bot.engine.actions.pinned_menu import PinMenu, UnpinMenu
from bot.engine.actions.tags import AddTags, RemoveTags
from bot.engine.compiled.rule import (
    FieldTest,
    OnAnythingElse,
    OncePer,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.compiled.step import SendMessages, Show, Step, TodayWord
from bot.engine.conditions.comparisons import Is, Order
from bot.engine.texts.pattern import Anything, Capture
from bot.engine.texts.template import Placeholder, Template
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration
from tests.playbooks import codes, compiled, place

BEGINS = """
rules:
  - when: {text: 搶}
    first: 100
    name: 搶優惠
    reply: 恭喜
  - name: 喂
    when: {text: 喂}
    once_per: day
    reply: 喂
  - reply: 嗨
    when: {text: 嗨}
"""
NOUNS = """
attributes:
  points: number
  birthday: date
  seen: date_time
  skin: text
  tier: {type: text, values: [金卡, 銀卡]}
tags: {VIP: {}}
hooks:
  crm: {url: "https://crm.example/in", body: {a: "{{ attribute.skin }}", n: 5, on: true}}
signals: {parcel: {order_no: text, weight: number}}
links: {stand: {send: 查}}
audiences: {熟客: {if: {tag: VIP}}}
cards: {coupon: {text: 85 折}}
rich_menus: [{menu: 會員, image: cards/menu.png, grid: [查], areas: {查: {send: 查}}}]
flows:
  quiz: {inputs: {n: number}, states: {開始: {show: "{{ answer.n }}", end: true}}}
"""


def rule(text: str) -> Rule:
    return compiled(f"{NOUNS}rules:\n  - {text}\n  - {{when: {{text: 查}}, add_tags: [x]}}\n").rules[0]


def triggers(written: str) -> tuple[Trigger, ...]:
    return rule(f"{{when: {written}, add_tags: [x]}}").when


def step(written: str, when: str = "{text: 行動}") -> Step:
    (only,) = rule(f"{{when: {when}, do: [{written}]}}").do
    return only


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{text: [甲, 乙], strict: true}", OnText(("甲", "乙"), strict=True)),
        ("{text_contains: 甲}", OnTextContaining(("甲",))),
        ("{text_contains_all: [甲, 乙]}", OnTextContaining(("甲", "乙"), every=True)),
        ("image", OnMessage("image")),
        ("{postback: show}", OnPostback(("show",))),
        ("anything_else", OnAnythingElse()),
        ("follow", OnNews("follow")),
        ("{follow: again}", OnNews("follow", ("again",))),
        ("{tag_added: [VIP]}", OnNews("tag_added", ("VIP",))),
        ("{bound: phone}", OnNews("bound", ("phone",))),
        ("{enters: 熟客}", OnNews("enters", ("熟客",))),
        ("{link: stand}", OnNews("link", ("stand",))),
        ("{page_opened: unbind}", OnNews("page_opened", ("unbind",))),
        ("{signal: parcel}", OnNews("signal", ("parcel",))),
        ("{staff: takes_over}", OnNews("staff", ("takes_over",))),
        ("{membership: left}", OnNews("membership", ("left",))),
        (
            "{attribute_changed: tier, from: 銀卡, to: [金卡]}",
            OnNews(
                "attribute_changed",
                ("tier",),
                (FieldTest("old", "text", (Is(("銀卡",)),)), FieldTest("new", "text", (Is(("金卡",)),))),
            ),
        ),
        (
            "{shop: order_paid, at_least: 500}",
            OnNews("shop", ("order_paid",), (FieldTest("amount", "number", (Order("at_least", 500),)),)),
        ),
        (
            "{flow_ended: quiz, at: 開始}",
            OnNews("flow_ended", ("quiz",), (FieldTest("at", "text", (Is(("開始",)),)),)),
        ),
    ],
)
def test_triggers(written: str, expected: Trigger) -> None:
    assert triggers(written) == (expected,)


def test_patterns_are_taken_apart() -> None:
    (found,) = triggers('{text_pattern: "查訂單 {no:digits} *"}')
    assert isinstance(found, OnPattern)
    assert found.pattern.parts == ("查訂單 ", Capture("no", "digits"), " ", Anything())
    (every,) = triggers("any_message")
    assert isinstance(every, OnPattern)
    assert every.pattern.parts == (Anything(),)


def template(placeholder: Placeholder) -> Template:
    return Template((placeholder,))


HERE = place("here")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{add_tags: [甲, 乙]}", AddTags(HERE, ("甲", "乙"))),
        (
            "{set: {skin: 乾性, birthday: today, seen: now, tier: 金卡}}",
            SetAttributes(
                HERE,
                (
                    ("skin", "t.skin", "text", "乾性"),
                    ("birthday", "d.birthday", "date", TodayWord(now=False)),
                    ("seen", "m.seen", "date_time", TodayWord(now=True)),
                    ("tier", "t.tier", "text", "金卡"),
                ),
            ),
        ),
        ("{increase: {points: -1.5}}", Increase(HERE, (("points", "n.points", -1.5),))),
        ("{start: {flow: quiz, with: {n: 5}}}", StartFlow(HERE, "quiz", (("n", "number", 5),))),
        (
            "{raise: {signal: parcel, values: {order_no: '1', weight: 2}}}",
            Raise(HERE, "parcel", (("order_no", "text", "1"), ("weight", "number", 2))),
        ),
        ("{pin_menu: {menu: 會員, for: 3d}}", PinMenu(HERE, "會員", Duration(3))),
    ],
)
def test_actions(written: str, expected: Step) -> None:
    assert replace(step(written), place=HERE) == expected


def test_what_an_event_says_can_be_set() -> None:
    done = step("{set: {points: '{{ event.n }}'}}", '{text_pattern: "{n:number} 點"}')
    assert isinstance(done, SetAttributes)
    assert done.values == (
        ("points", "n.points", "number", template(Placeholder("event", "n", type="number"))),
    )


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("{reply: coupon}", SendMessages),
        ("{remove_tags: VIP}", RemoveTags),
        ("{hand_over: 請看上方}", HandOver),
        ("hand_back", HandBack),
        ("{hand_back: served}", HandBack),
        ("{clear: skin}", ClearAttributes),
        ("{exit: everything}", ExitFlow),
        ("unpin_menu", UnpinMenu),
        ("{call: crm}", Call),
        ("{loading: 10s}", Loading),
        ("{notify_staff: 看看}", NotifyStaffStep),
        ("{note: 來過}", NotifyStaffStep),
        ("stop_marketing", SetMarketing),
        ("{show: 您好}", Show),
        ("refresh_member", Refresh),
        ("{unbind: phone}", Unbind),
    ],
)
def test_every_other_action_becomes_its_step(written: str, kind: type) -> None:
    assert type(step(written)) is kind


def test_a_reply_may_be_allowed_to_cost() -> None:
    said = step("{reply: {message: coupon, or_push: true}}")
    assert isinstance(said, SendMessages)
    assert (said.how, said.or_push, [card.key for card in said.cards]) == ("reply", True, ["coupon"])


def test_hook_bodies_are_json_with_templates() -> None:
    body = compiled(NOUNS).hooks["crm"].body
    skin = Placeholder("attribute", "skin", slot="t.skin")
    assert body == {"a": template(skin), "n": 5, "on": True}


def key(text: str) -> str:
    return rule(text).key


def test_how_a_rule_is_counted() -> None:
    """By its name; else by its triggers and condition, whatever it does and however it is written."""
    assert key("{when: anything_else, name: 預設, once_per: 12h, reply: 您好}") == "預設"
    plain = key("{when: {text: 行動}, reply: 甲}")
    assert plain == key("{when: {text: [行動]}, do: [{reply: [{text: 乙}]}]}")
    assert plain != key("{when: {text: 行動}, if: {tag: VIP}, reply: 甲}")


def test_once_per() -> None:
    def once(written: str) -> OncePer | None:
        return rule(f"{{when: {{text: 行動}}, name: a, once_per: {written}, reply: 甲}}").once_per

    assert once("person") == OncePer("person")
    assert once("conversation") == OncePer("conversation")
    assert once("1d12h") == OncePer("span", Duration(1, 43200))
    assert once("always") is None


def test_switches_of_rules() -> None:
    found = rule("{when: {text: 行動}, interrupt: true, also: true, with_staff: true, reply: 甲}")
    assert (found.interrupt, found.also, found.with_staff) == (True, True, True)


def test_a_card_may_read_the_event_where_all_its_users_have_it() -> None:
    card = "cards: {found: {text: '訂單 {{ event.no }}'}}\n"
    user = 'rules:\n  - {when: {text_pattern: "查 {no:digits}"}, reply: found}\n'
    assert codes(card + user) == []
    assert codes(card + user + "  - {when: {text: 查}, reply: found}\n") == ["event-not-here"]


def test_what_a_hook_needs_is_looked_at_where_it_is_called() -> None:
    hook = "hooks: {erp: {url: 'https://erp.example/in', secret: x, body: {no: '{{ event.no }}'}}}\n"
    assert codes(hook + 'rules: [{when: {text_pattern: "查 {no:digits}"}, call: erp}]\n') == []
    assert codes(hook + "rules: [{when: {text: 查}, call: erp}]\n") == ["event-not-here"]


def test_taps_come_back_by_card_and_label() -> None:
    text = """
cards:
  gift:
    buttons:
      text: 生日快樂
      taps: [{label: 不是我的生日, add_tags: [更正]}, {label: 選一天, pick: date}]
rules:
  - {when: follow, reply: gift}
"""
    taps = compiled(text).taps
    assert {"gift/不是我的生日", "gift/選一天"} <= set(taps)
    assert isinstance(taps["gift/不是我的生日"].do[0], AddTags)


def test_a_picked_date_can_be_set() -> None:
    text = """
attributes: {birthday: date}
rules:
  - when: follow
    reply:
      text: 您的生日是？
      quick_replies: [{label: 選一天, pick: date, set: {birthday: "{{ event.date }}"}}]
"""
    (tap,) = compiled(text).taps.values()
    [done] = tap.do
    assert isinstance(done, SetAttributes)
    worth = template(Placeholder("event", "date", type="date"))
    assert done.values == (("birthday", "d.birthday", "date", worth),)


def test_hours_of_a_text_are_moments() -> None:
    text = "hours: {門市: 11:00-21:00}\nrules: [{when: {text: 查}, reply: '到 {{ hours.門市 as time }}'}]\n"
    playbook = compiled(text)
    assert isinstance(playbook.hours["門市"], Hours)
    assert playbook.hours["門市"].parts[0][0].windows[0].start == time(11)


def test_a_rule_is_where_its_first_line_is() -> None:
    playbook = compiled(BEGINS)
    lines = BEGINS.splitlines()
    first = min(rule.place.line for rule in playbook.rules)
    assert [lines[2 + rule.place.line - first] for rule in playbook.rules] == [
        line for line in lines if line.lstrip().startswith("- ")
    ]
