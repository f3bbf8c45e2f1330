"""Semantics 35: pushes are stopped. What would come by itself waits; what answers somebody goes on. K5"""

from __future__ import annotations

import pytest

from bot.engine.decide import due_timer
from bot.engine.flows.push_gate import held_by
from bot.model.brake import OFF, Brake, PushStop
from bot.model.counts import SKIPPED
from tests.engine.chat import NOON, Chat, chat_of, with_world
from tests.playbooks import QUIET_JOURNEY, compiled

STATES = """\
    rules:
      - {when: {shop: order_paid}, to: 買}
      - {when: {signal: push}, push: 話}
      - {when: {signal: on}, to: 推}
    states:
      等: {wait: 1d, next: 推}
      推: {push: 推, wait: 1d, next: 二}
      二: {push: 二, wait: 1d, next: 完}
      買: {end: true}
      完: {end: true}
"""
JOURNEY = QUIET_JOURNEY.replace("{go: }", "{go: , on: , push: }") + STATES


def stopped(channel: str | None = None, flow: str | None = None) -> Brake:
    return Brake((PushStop(channel, flow, "command:amy", NOON),))


def journey(late: str = "send") -> Chat:
    chat = chat_of(JOURNEY.replace("LATE", late))
    chat.told("signal", "go")
    return chat


def pull(chat: Chat, brake: Brake | None = None) -> None:
    with_world(chat, brake=stopped() if brake is None else brake)


def release(chat: Chat) -> None:
    with_world(chat, brake=OFF)


@pytest.mark.parametrize(
    ("late", "said", "state"), [("send", ["推"], "推"), ("skip", [], "推"), ("exit", [], None)]
)
def test_s35_what_came_due_while_pushes_were_stopped_is_late_when_they_go_on(
    late: str, said: list[str], state: str | None
) -> None:
    chat = journey(late)
    pull(chat)
    assert chat.waits(days=10) == []
    assert chat.state("j") == "等"
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "brake"
    release(chat)
    assert chat.waits() == said
    assert chat.state("j") == state


def test_s35_the_next_morning() -> None:
    chat = journey("next_morning")
    pull(chat)
    chat.waits(days=10)
    release(chat)
    assert chat.waits(hours=1) == []
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "late"
    assert chat.waits(days=1) == ["推"]


@pytest.mark.parametrize("late", ["send", "skip", "exit"])
def test_s35_less_than_an_hour_is_not_late(late: str) -> None:
    chat = journey(late)
    chat.waits(hours=23, minutes=50)
    pull(chat)
    assert chat.waits(minutes=59) == []
    release(chat)
    assert chat.waits() == ["推"]


def test_s35_the_distances_to_what_follows_stay() -> None:
    chat = journey()
    pull(chat)
    chat.waits(days=10)
    release(chat)
    assert chat.waits() == ["推"]
    assert chat.waits(hours=23, minutes=59) == []
    assert chat.waits(minutes=1) == ["二"]


def test_s35_a_held_timer_is_one_turn_however_long_it_lasts() -> None:
    chat = journey()
    pull(chat)
    chat.waits(days=100)
    assert [step.what for step in chat.because("braked")] == ["timer 1d"]
    assert len(chat.decisions) == 2
    assert due_timer(chat.contact, chat.now, stopped()) is None
    assert due_timer(chat.contact, chat.now, OFF) is not None


def test_s35_a_door_is_held_and_who_buys_meanwhile_is_never_nudged() -> None:
    chat = journey()
    pull(chat)
    assert chat.told("signal", "on") == []
    assert (chat.state("j"), held_by(chat.playbook, chat.contact, chat.instance("j"))) == ("推", "brake")
    chat.waits(days=2)
    chat.told("shop", "order_paid")
    assert chat.ended("j") == "買"
    release(chat)
    assert chat.waits(days=3) == []


def test_s35_who_waited_for_quiet_hours_waits_for_the_brake_once_these_are_over() -> None:
    chat = journey()
    chat.waits(hours=11)
    chat.told("signal", "on")
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "quiet"
    pull(chat)
    chat.waits(hours=14)
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "brake"
    release(chat)
    assert chat.waits() == ["推"]


@pytest.mark.parametrize(
    ("days", "late", "said"), [(0, "exit", ["推"]), (2, "exit", []), (2, "send", ["推"])]
)
def test_s35_a_door_opens_late_by_the_journeys_rule(days: int, late: str, said: list[str]) -> None:
    chat = journey(late)
    pull(chat)
    chat.told("signal", "on")
    chat.waits(days=days, minutes=5)
    release(chat)
    assert chat.waits() == said


def test_s35_a_door_opens_with_the_persons_next_turn_too() -> None:
    chat = journey()
    pull(chat)
    chat.told("signal", "on")
    release(chat)
    chat.says("嗨")
    assert ["推"] in [
        [m["text"] for a in d.actions for m in getattr(a, "messages", ())] for d in chat.decisions
    ]


def test_s35_a_push_of_a_rule_of_a_journey_is_skipped_without_a_token() -> None:
    chat = journey()
    pull(chat)
    assert chat.told("signal", "push") == []
    (mark,) = [mark for mark in chat.last.marks if mark.what == SKIPPED]
    assert mark.about[-1] == "brake"


ANSWERS = """
signals: {ready: }
rules:
  - {when: {text: 嗨}, reply: 您好}
  - {when: {signal: ready}, push: 座位好了}
  - {when: {tag_removed: VIP}, push: 到期了}
  - {when: {text: 開始}, start: quiz}
tags: {VIP: {expires: 1d}}
flows:
  quiz:
    states:
      問: {ask: 幾歲？, answer: number, otherwise: 請輸入數字, rules: [{when: {after: 30m}, push: 還在嗎}], next: 完}
      完: {do: [{reply: 謝謝}], end: true}
"""


def test_s35_replies_go_on_and_so_does_what_another_system_asks_for_now() -> None:
    chat = chat_of(ANSWERS)
    pull(chat)
    assert chat.says("嗨") == ["您好"]
    assert chat.told("signal", "ready") == ["座位好了"]
    assert chat.says("開始") == ["幾歲？"]
    assert chat.waits(hours=1) == []
    assert chat.says("三十") == ["請輸入數字"]
    assert chat.says("30") == ["謝謝"]
    release(chat)
    assert chat.waits(days=1) == []


def test_s35_a_question_that_nobody_answers_is_not_asked_after() -> None:
    chat = chat_of(ANSWERS)
    chat.says("開始")
    pull(chat)
    assert chat.waits(minutes=80) == []
    release(chat)
    assert chat.waits() == ["還在嗎"]


def test_s35_that_a_tag_has_expired_is_told_when_pushes_go_on() -> None:
    tagging = "{when: {text: 嗨}, do: [{reply: 您好}, {add_tags: [VIP]}]}"
    chat = chat_of(ANSWERS.replace("{when: {text: 嗨}, reply: 您好}", tagging))
    chat.says("嗨")
    pull(chat)
    assert chat.waits(days=3) == []
    assert chat.tags == set()
    release(chat)
    assert chat.waits() == ["到期了"]


@pytest.mark.parametrize(
    ("brake", "said"),
    [
        (stopped("main"), []),
        (stopped("outlet"), ["推"]),
        (stopped(flow="j"), []),
        (stopped(flow="k"), ["推"]),
        (stopped("main", "j"), []),
        (stopped("outlet", "j"), ["推"]),
    ],
)
def test_s35_of_a_channel_or_a_flow_only(brake: Brake, said: list[str]) -> None:
    chat = journey()
    pull(chat, brake)
    assert chat.waits(days=1, minutes=1) == said


def test_s35_a_pause_that_begins_meanwhile_holds_on() -> None:
    chat = journey("skip")
    pull(chat)
    chat.waits(days=2)
    chat.edited(compiled(JOURNEY.replace("LATE", "skip\n    status: paused")))
    release(chat)
    assert chat.waits(days=1) == []
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "paused"
    chat.edited(compiled(JOURNEY.replace("LATE", "skip")))
    chat.waits(hours=2)
    assert chat.state("j") == "推"


def test_s35_a_clock_that_jumps_and_a_second_stop_hold_it_as_it_is() -> None:
    chat = journey()
    pull(chat, stopped("main"))
    chat.waits(days=2)
    pull(chat, Brake((*stopped("main").stops, *stopped(flow="j").stops)))
    chat.waits(days=2)
    pull(chat, stopped(flow="j"))
    assert chat.waits(days=2) == []
    chat.now = NOON  # the machine's clock was set back
    release(chat)
    assert due_timer(chat.contact, NOON, OFF) is None
    chat.now = NOON.replace(month=12)
    assert chat.waits() == ["推"]


def test_s35_a_stop_of_a_flow_that_the_playbook_has_no_more_holds_nobody() -> None:
    """Also whom it held before: under its new name the flow is another one, which nobody has stopped."""
    text = """\
attributes: {birthday: date}
flows:
  NAME:
    when: {anniversary: birthday, at: 10:00}
    once_per: always
    if_late: send
    states: {推: {push: 推, end: true}}
rules:
  - {when: {text: 生日}, set: {birthday: 2000-09-03}}
"""
    chat = chat_of(text.replace("NAME", "of_old"))
    chat.says("生日")
    pull(chat, stopped(flow="of_old"))
    assert chat.waits(days=3) == []
    assert [timer.braked for timer in chat.contact.timers] == [True]
    chat.playbook = compiled(text.replace("NAME", "of_now"))
    assert chat.waits() == []
    (timer,) = chat.contact.timers
    assert (timer.flow, timer.braked) == ("of_now", False)
    assert chat.waits(days=365) == ["推"]
