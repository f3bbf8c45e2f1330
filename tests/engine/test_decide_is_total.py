"""`decide` is pure and total: any event, any stored state, and nothing but a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings

from bot.engine.compiled.member_card import MemberCardSettings
from bot.engine.compiled.menu import Menu
from bot.engine.conditions.values import HasTag
from bot.engine.decide import decide, due_timer
from bot.engine.rendering.placeholders import FRIEND
from bot.engine.texts.text import utf16_units
from bot.model.contact import Contact, Identity
from bot.model.contact_kind import CROWDS
from bot.model.decision import Action, Decision, DecisionInputs, LeaveChat, Push, Reply
from bot.model.event import Event, Follow, ReplyToken, Source, TimerDue
from bot.model.instance import Instance
from bot.model.message import Message
from bot.model.staff_chat import StaffWrites
from bot.model.staff_order import StaffDraws
from bot.model.value import storable
from tests.depth import examples, one_of
from tests.engine.any_event import AnyEvent
from tests.engine.anything import DAY, texts
from tests.playbooks import SMALLEST, compiled, place
from tests.what_kinds import WHAT_KINDS

EACH_SEED = range(4)
SEEDS = one_of(2, ((seed,) for seed in EACH_SEED))
CASES = examples(2_000)

WRITTEN = compiled("""
channels:
  main:
    {id: "@a", channel_id: "1", channel_secret: x, shop: forest, sms: text,
     liff: {login_channel_id: "1", liff_id: 1-a}}
  second: {id: "@b", channel_id: "2", channel_secret: y, groups: silent, paused: [quiz]}
sms: {text: {provider: console, text: "code {{ sms.code }}"}}
shops: {forest: {platform: cyberbiz, access: app_store, channel: main, attributes: {}}}
privacy:
  {controller: x, purpose: x, kinds: x, period: x, recipients: x, rights_contact: x, version: "1",
   url: "https://a.example/p", terms: "https://a.example/t"}
hours: {夜間: "07:00-08:30"}
tags: {VIP: {expires: 1d}, a: {moved_from: b}, 看過優惠: {}}
attributes:
  points: number
  city: {type: text, values: [台北, 高雄]}
  birthday: date
  opens: time
  seen: date_time
  member: yes_no
  carrier: {type: text, private: true}
splits: {實驗: {左: 40, 右: 60}}
hooks:
  crm: {url: "https://a.example/h", secret: s, body: {n: "{{ attribute.points }}"}, returns: {status: text}}
signals: {ping: {n: number}}
stores: {xinyi: {title: 信義店}}
links: {code: {title: x, send: go, add_tags: VIP}}
audiences: {貴客: {if: {attribute: {points: {at_least: 3}}}}}
limits: {pushes_per_person: 3 per 7d}
forms:
  data:
    {title: t, intro: i, button: b, fields: [{ask: 幾點？, answer: number, save: points}],
     done: {trigger: 我填好了, reply: 謝謝}}
cards:
  tap_me: {buttons: {text: "{{ contact.name }}", taps: [{label: 做, do: [{add_tags: VIP}, {push: 好}]}]}}
flows:
  quiz:
    inputs: {shop: text}
    rules: [{when: {text: 離開}, to: 完}, {when: {shop: order_paid}, push: 謝謝}]
    states:
      問:
        ask: "{{ answer.shop }}？"
        answer: [好, 不好]
        otherwise: 再說一次
        tries: 2
        too_many: 完
        give_up_after: {10m: 完}
        next: {好: 等, 不好: 完}
      等:
        reply: 等
        rules: [{when: {image: any}, also: true, reply: 圖}]
        wait: {date: birthday, days_before: 1, at: 10:00}
        next: 叉
      叉:
        branch: [{if: {split: {實驗: 左}}, to: 問}, {to: 完}]
      完: {push: "{{ attribute.city or 無 }}", end: true}
  journey:
    when: [{tag_added: VIP}, {anniversary: birthday, at: 10:00}, {enters: 貴客}, follow]
    once_per: always
    quiet_hours: 夜間
    if_late: next_morning
    max_pushes: {person: 2, total: 5, then: exit}
    states:
      等: {push: 早, wait: 1d at 10:00, next: 跑}
      跑:
        call: crm
        rules: [{when: {hook: crm, result: ok}, to: 完}, {when: {hook: crm, result: failed}, to: 完}]
        give_up_after: {10m: 完}
      完: {push: 晚, end: true}
    moved: {不在: exit}
  parent:
    states:
      跑: {run: page, give_up_after: {10m: 完}, next: 完}
      完: {end: true}
  page:
    page: true
    states:
      問: {ask: 手機？, answer: phone, give_up_after: {10m: 完}, next: 跑}
      跑:
        send_code: "{{ answer.問 }}"
        rules:
          - {when: {code: sent}, to: 等}
          - {when: {code: [too_soon, refused, failed]}, show: 再等等, to: 完}
        give_up_after: {10m: 完}
      等:
        find_member: none
        rules:
          - {when: {member: found}, do: [bind_member, {result: {trigger: 我好了, reply: 恭喜}}], to: 完}
          - {when: {member: [missing, taken, shop_failed]}, show: 查無資料, to: 完}
        give_up_after: {10m: 完}
      完: {end: true}
rules:
  - when: {text: go}
    do: [{reply: tap_me}, {start: {flow: quiz, with: {shop: "{{ attribute.city or 無 }}"}}}]
  - {when: {text_contains: 優}, if: {attribute: {seen: {within: 7d}}}, set: {city: 台北}, also: true}
  - {when: {text_contains: 優}, start: parent}
  - {when: {text_pattern: "查 {n:digits}"}, once_per: 12h, name: often, hand_over: "{{ event.n }}"}
  - {when: {text: 離開}, exit: everything}
  - {when: {postback: p1}, do: [{unbind: phone}, {increase: {points: 1}}, {clear: [seen, city]}]}
  - {when: [{tag_added: VIP}, {leaves: 貴客}, {marketing: stopped}], push: "{{ contact.name }}"}
  - {when: {attribute_changed: points}, unless: {attribute: {carrier: {is: x}}}, add_tags: [VIP, 看過優惠]}
  - when: {signal: ping}
    if: {tag: VIP}
    do: [{note: "{{ event.n }}"}, {raise: {signal: ping, values: {n: 1}}}]
  - when: anything_else
    once_per: conversation
    reply: [看不懂, "{{ hours.夜間 as time }}", "{{ store.title or 總店 }}"]
""")
VIP_ONLY = HasTag(place("if"), ("VIP",))
EVERYTHING = replace(
    WRITTEN,
    menus=(Menu("VIP 選單", place("rich_menus[0]"), VIP_ONLY), Menu("主選單", place("rich_menus[1]"), None)),
    member_card=MemberCardSettings(unbound="page"),
)
"""With what needs pictures put in by hand."""


def world(anything: AnyEvent) -> DecisionInputs:
    dice = anything.dice
    left: Mapping[str, int] = dice.choice(({}, {"main": 0}, {"main": 500, "outlet": 0}))
    return DecisionInputs(left, dice.choice(("none", "low", "fine")), {"journey": dice.randrange(9)})


def cases(seed: int, number: int = CASES) -> Iterator[tuple[Contact, Event, Decision]]:
    """Contacts and events of every kind, with what came of them."""
    anything = AnyEvent(seed)
    for _ in range(number):
        contact = anything.contact()
        event, now = anything.event(contact), anything.moment()
        if {contact.kind, event.source.kind} & {*CROWDS}:  # never in a journey, so nothing of one is left
            contact = replace(contact, flows=(), timers=(), audiences=(), notices=())
        yield contact, event, decide(EVERYTHING, contact, event, now, world(anything))


def test_what_is_drawn_is_of_every_kind() -> None:
    """Else the tests of this file would say less than they seem to."""
    anything = AnyEvent(0)
    contacts = [anything.contact() for _ in range(200)]
    instances = [instance for contact in contacts for instance in contact.flows]
    identities = [identity for contact in contacts for identity in contact.identities]
    for drawn, of in ((contacts, Contact), (instances, Instance), (identities, Identity)):
        for field in fields(of):
            assert len({repr(getattr(one, field.name)) for one in drawn}) > 1, (of, field.name)
    assert {type(anything.what()) for _ in range(1_000)} == WHAT_KINDS
    assert {storable(anything.value()) for _ in range(1_000)} == {True, False}


# -- totality


def sayable(action: Action, event: Event) -> bool:
    """Whether LINE can take what a turn on this event says."""
    match action:
        case Reply(token, messages):
            return isinstance(event.what, StaffWrites) or (token == event.token and all_sayable(messages))
        case Push(messages):
            return all_sayable(messages)
        case LeaveChat(kind):
            return kind == event.source.kind
        case _:
            return True


def all_sayable(messages: tuple[Message, ...]) -> bool:
    said = [str(message.get("text", message.get("altText"))) for message in messages]
    return 1 <= len(said) <= 5 and all(text.strip() and utf16_units(text) <= 5000 for text in said)


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", SEEDS)
def test_any_event_gives_a_decision_that_can_be_carried_out(seed: int) -> None:
    """A2: never an exception, at most one reply, nothing that LINE must refuse, and always a reason."""
    for _, event, decision in cases(seed):
        assert all(sayable(action, event) for action in decision.actions), (decision, event)
        most = 2 if isinstance(event.what, StaffWrites) else 1  # by the person's last token, and its own
        assert sum(isinstance(action, Reply) for action in decision.actions) <= most
        assert decision.trace


@pytest.mark.ring("all", "many random or generated cases")
def test_what_is_decided_is_of_every_kind() -> None:
    """Else the test above would say less than it seems to."""
    wanted = {"Reply", "Push", "LeaveChat", "LinkMenu", "NotifyStaff", "CallHook"}
    for seed in range(12):
        for _, _, decision in cases(seed):
            wanted -= {type(action).__name__ for action in decision.actions}
            if not wanted:
                return
    raise AssertionError(wanted)


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_gives_the_same_and_leaves_it_untouched(seed: int) -> None:
    anything = AnyEvent(seed)
    for _ in range(CASES // 4):
        contact = anything.contact()
        event, now = anything.event(contact), anything.moment()
        before = deepcopy((contact, event))
        first = decide(EVERYTHING, contact, event, now, DecisionInputs())
        again = decide(EVERYTHING, contact, event, now, DecisionInputs())
        assert repr(again) == repr(first)  # `==` would not say that what is no number is the same
        assert repr((contact, event)) == repr(before)


def standing(contact: Contact) -> list[tuple[str, str, str, int]]:
    return [(one.flow, one.channel, one.state, one.visit) for one in contact.flows]


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_turn_may_not_touch(seed: int) -> None:
    """Who a contact is never changes; time never goes back; in groups and in standby nothing is replied."""
    for contact, event, decision in cases(seed):
        after = decision.contact
        crowd = event.source.kind if event.source.kind in CROWDS else None
        assert (after.id, after.kind) == (contact.id, crowd or contact.kind)
        assert after.seed == contact.seed or isinstance(event.what, StaffDraws)
        assert after.turned is not None
        assert contact.turned is None or after.turned >= contact.turned
        assert after.version == EVERYTHING.version
        if event.standby and not isinstance(event.what, StaffWrites):  # LINE says so of its own events
            assert not any(isinstance(action, Reply) for action in decision.actions)
        if after.kind in CROWDS:
            assert not any(isinstance(action, Reply | Push) for action in decision.actions)
            assert standing(after) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_is_kept_once(seed: int) -> None:
    """Tags, timers and instances that lay there once lie there once afterwards."""
    for contact, event, _ in cases(seed, CASES // 4):
        once = replace(
            contact,
            tags=tuple({tag.name: tag for tag in contact.tags}.values()),
            timers=tuple({(t.flow, t.channel, t.timer): t for t in contact.timers}.values()),
            flows=tuple({(i.flow, i.channel): i for i in contact.flows}.values()),
        )
        after = decide(EVERYTHING, once, event, DAY, DecisionInputs()).contact
        for names in (
            [tag.name for tag in after.tags],
            [(timer.flow, timer.channel, timer.timer) for timer in after.timers],
            [(instance.flow, instance.channel) for instance in after.flows],
        ):
            assert len(set(names)) == len(names), names


@pytest.mark.parametrize("seed", SEEDS)
def test_due_timers_are_taken_in_order_and_each_is_gone_when_it_was_taken(seed: int) -> None:
    """Semantics 2: in the order due, flow, timer."""
    anything = AnyEvent(seed)
    for _ in range(CASES // 4):
        contact, moment = anything.contact(), anything.moment()
        expected = sorted((t.due, t.flow, t.timer) for t in contact.timers if t.due <= moment)
        due = due_timer(contact, moment)
        if not expected:
            assert due is None
            continue
        assert due is not None
        assert (due.timer.due, due.timer.flow, due.timer.timer) == expected[0]
        event = Event("t", due.timer.channel, Source("user", "U1"), due.timer.due, due)
        after = decide(EVERYTHING, contact, event, moment, DecisionInputs()).contact
        assert due_timer(after, moment) != TimerDue(due.timer)


@pytest.mark.parametrize("name", ["問", "跑"])
@pytest.mark.parametrize("flow", ["quiz", "journey", "parent", "page"])
def test_flows_that_run_each_other_in_a_circle_do_no_harm(flow: str, name: str) -> None:
    """No playbook makes them: two playbooks, one after the other, could."""
    circle = tuple(
        Instance(one, "main", name, 1, DAY, DAY, on_page=True, parent=other)
        for one, other in ((flow, "quiz"), ("quiz", flow))
    )
    anything = AnyEvent(1)
    for _ in range(200):
        contact = Contact("main:U1", identities=(Identity("main", "U1"),), flows=circle)
        event = replace(anything.event(), channel="main", source=Source("user", "U1"))
        assert decide(EVERYTHING, contact, event, DAY, DecisionInputs()).trace


@settings(max_examples=examples(150), database=None)
@given(texts)
def test_a_greeting_always_calls_the_person_something(name: str) -> None:
    """F4."""
    event = Event("e", "main", Source("user", "U1"), DAY, Follow(again=False), token=ReplyToken("t", DAY))
    [said] = decide(SMALLEST, Contact("main:U1", name=name), event, DAY, DecisionInputs()).actions
    assert isinstance(said, Reply)
    assert said.messages[0]["text"] == f"歡迎 {name or FRIEND}！"
