"""Semantics 21–23 with the month's messages used up: who waits goes on as the journey's own rule says. H3, H4, H6"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.contact import Contact, Identity
from bot.model.decision import Push
from tests.engine.chat import Chat, chat_of, with_world
from tests.playbooks import QUIET_JOURNEY, compiled

JOURNEY = (
    QUIET_JOURNEY
    + """\
    rules: [{when: {shop: order_paid}, to: 買}]
    states:
      等: {wait: 1h, next: 推}
      推: {do: [{push: 推}, {add_tags: [推過]}], wait: 1d, next: 完}
      買: {end: true}
      完: {end: true}
"""
)
NONE, SOME = {"main": 0}, {"main": 100}


def held(late: str) -> Chat:
    """Somebody who stands at the door since one o'clock in the afternoon, for nothing is left."""
    chat = chat_of(JOURNEY.replace("LATE", late))
    chat.told("signal", "go")
    with_world(chat, quota_left=NONE)
    assert chat.waits(hours=1) == []
    assert held_by(chat) == "quota"
    return chat


def held_by(chat: Chat) -> str | None:
    return chat.door("j")[0]


def back(chat: Chat, **span: int) -> list[str]:
    """So much later there are messages again, and the person is woken."""
    chat.waits(down=False, **span)
    with_world(chat, quota_left=SOME)
    return chat.told("quota_back", "main")


@pytest.mark.parametrize("late", ["send", "skip", "next_morning", "exit"])
def test_s21_what_was_held_for_less_than_an_hour_is_not_late(late: str) -> None:
    chat = held(late)
    assert back(chat, minutes=59) == ["推"]
    assert chat.tags == {"推過"}
    assert (chat.instance("j").entered, held_by(chat)) == (chat.now, None)


def test_s22_days_without_messages_are_sent_after_all() -> None:
    chat = held("send")
    assert back(chat, days=5) == ["推"]


def test_s22_days_without_messages_are_skipped_and_all_else_is_done() -> None:
    chat = held("skip")
    assert back(chat, days=5) == []
    assert (chat.tags, chat.state("j"), held_by(chat)) == ({"推過"}, "推", None)
    assert chat.because("skipped")[0].because == "late"
    chat.waits(days=1)
    assert chat.ended("j") == "完"


def test_s22_days_without_messages_wait_for_the_morning_after() -> None:
    chat = held("next_morning")
    assert back(chat, days=5) == []
    assert chat.door("j") == ("late", datetime(2026, 9, 7, 2, tzinfo=UTC))
    assert chat.waits(days=1) == ["推"]


def test_s22_after_days_without_messages_one_is_out_of_it() -> None:
    chat = held("exit")
    assert back(chat, days=5) == []
    assert chat.ended("j") == "late"
    assert chat.told("signal", "other") == []


def test_s21_messages_that_are_back_at_night_wait_for_the_morning_and_are_not_late_for_it() -> None:
    chat = held("skip")
    with_world(chat, quota_left=NONE)
    chat.now = chat.now.replace(hour=12, minute=50)  # ten to nine in the evening in Taipei
    chat.contact.flows[0].entered = chat.now
    assert back(chat, minutes=30) == []
    assert held_by(chat) == "quiet"
    assert chat.waits(hours=12) == ["推"]


def test_s21_what_counts_is_when_the_door_would_have_opened_not_when_the_night_began() -> None:
    """Held for the night first, and at nine for the messages: half an hour later it is not late."""
    chat = chat_of(JOURNEY.replace("LATE", "skip").replace("wait: 1h", "wait: 10h"))
    chat.told("signal", "go")
    chat.waits(hours=10)
    assert held_by(chat) == "quiet"
    with_world(chat, quota_left=NONE)
    chat.waits(hours=11)
    assert held_by(chat) == "quota"
    assert back(chat, minutes=30) == ["推"]


def test_s21_whoever_talks_to_staff_meanwhile_waits_for_them_too() -> None:
    chat = held("exit")
    chat.staff(takes_over=True)
    assert back(chat, minutes=30) == []
    assert held_by(chat) == "staff"
    with_world(chat, quota_left=NONE)
    chat.staff(takes_over=False)
    assert held_by(chat) == "quota"
    assert back(chat, minutes=50) == ["推"]  # since staff have gone, it is not an hour


def test_s21_who_buys_while_there_are_no_messages_is_never_nudged() -> None:
    chat = held("send")
    chat.told("shop", "order_paid")
    assert chat.ended("j") == "買"
    assert back(chat, days=1) == []


def test_s21_a_reply_costs_nothing_and_a_journey_rides_in_it() -> None:
    """With nothing left what would cost waits; with a live token it is free."""
    chat = chat_of("""
flows:
  j: {when: {tag_added: 甲}, once_per: always, states: {一: {push: 旅程, end: true}}}
rules: [{when: {text: 甲}, do: [{reply: 好}, {add_tags: [甲]}]}]
""")
    with_world(chat, quota_left=NONE)
    assert chat.says("甲") == ["好", "旅程"]
    assert chat.actions(Push) == []


def test_s21_each_channel_has_messages_of_its_own() -> None:
    """What is left where the event happens says nothing of where the journey speaks."""
    text = """
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  outlet: {id: outlet, channel_id: "2", channel_secret: y}
flows:
  j: {when: {signal: go}, once_per: always, if_late: send, states: {等: {wait: 1h, next: 推}, 推: {push: 推, end: true}}}
signals: {go: }
"""
    identities = (Identity("main", "U1", friend=True), Identity("outlet", "U2", friend=True))
    chat = Chat(compiled(text), Contact("main:U1", identities=identities))
    chat.told("signal", "go")
    with_world(chat, quota_left=NONE)
    chat.waits(hours=1)
    assert held_by(chat) == "quota"
    chat.channel = "outlet"
    assert chat.told("signal", "other") == []
    assert held_by(chat) == "quota"
    chat.channel = "main"
    with_world(chat, quota_left={"main": 1, "outlet": 0})
    assert chat.told("signal", "other") == ["推"]


def test_s21_whoever_is_held_in_a_paused_flow_stays_and_is_looked_at_each_hour() -> None:
    chat = held("send")
    paused = compiled(
        JOURNEY.replace("LATE", "send").replace("    once_per", "    status: paused\n    once_per")
    )
    chat.edited(paused)
    assert back(chat, minutes=30) == []
    assert held_by(chat) == "quota"
    assert chat.waits(hours=2) == []
    chat.edited(compiled(JOURNEY.replace("LATE", "send")))
    assert chat.waits(hours=1) == ["推"]


def test_s21_whoever_leaves_two_flows_at_one_door_goes_through_neither() -> None:
    """The first lets its person out of everything: the second is not let in any more."""
    chat = chat_of("""
flows:
  a: {when: {signal: go}, once_per: always, if_late: send, states: {推: {do: [{push: 甲}, {exit: b}], end: true}}}
  b: {when: {signal: go}, once_per: always, if_late: send, states: {推: {push: 乙, end: true}}}
signals: {go: }
""")
    with_world(chat, quota_left=NONE)
    assert chat.told("signal", "go") == []
    with_world(chat, quota_left=SOME)
    assert chat.told("quota_back", "main") == ["甲"]
    assert chat.contact.flows == ()
