"""Semantics 24: a date that is set when the moment that it would start a journey at is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.engine.decide import decide
from bot.model.event import Event, Facts, Source, TextMessage
from bot.model.staff_order import StaffSets
from tests.engine.chat import NOON, Chat, chat_of
from tests.playbooks import compiled

BOUGHT = """
attributes: {bought: date, other: text}
flows:
  again:
    when: {date: bought, days_after: 180, at: 10:00}
    once_per: person
    IF_LATE
    states:
      一: {push: 該補貨了, wait: 7d, next: 二}
      二: {push: 再提醒一次, end: true}
rules:
  - {when: {text_pattern: "買 {d:date}"}, set: {bought: "{{ event.d }}"}}
  - {when: {text_pattern: "改 {x}"}, set: {other: "{{ event.x }}"}}
"""
LONG_AGO, SAID = "2026-02-13", "again: 2026-08-12 10:00 was over when the date was set"
"""200 days before the first of September: 20 days late."""


def chat_with(late: str) -> Chat:
    return chat_of(BOUGHT.replace("IF_LATE", f"if_late: {late}" if late else ""))


def because(chat: Chat) -> list[tuple[str, str]]:
    return [(step.result, step.because) for step in chat.last.trace if step.what == "start"]


def test_s24_send_starts_it_at_once() -> None:
    chat = chat_with("send")
    assert chat.says(f"買 {LONG_AGO}") == []
    assert because(chat) == [("late", f"{SAID}; if_late: send")]
    assert chat.waits(seconds=0) == ["該補貨了"]
    assert chat.waits(days=7) == ["再提醒一次"], "what comes then keeps its distance"
    assert chat.says(f"買 {LONG_AGO}") == []
    assert chat.waits(days=400) == []


def test_s24_next_morning_waits_for_it() -> None:
    chat = chat_with("next_morning")
    chat.says(f"買 {LONG_AGO}")
    assert because(chat) == [("late", f"{SAID}; if_late: next_morning")]
    assert chat.waits(seconds=0) == []
    assert chat.door("again") == ("late", NOON + timedelta(hours=22))
    assert chat.waits(days=1) == ["該補貨了"]


@pytest.mark.parametrize("late", ["", "skip", "exit"])
def test_s24_skip_and_exit_begin_nothing_and_say_so(late: str) -> None:
    """Nobody is brought into the middle of a journey whose beginning they have missed."""
    chat = chat_with(late)
    chat.says(f"買 {LONG_AGO}")
    assert because(chat) == [("not started", f"{SAID}; if_late: {late or 'skip'}")]
    assert chat.waits(days=400) == []
    assert chat.contact.flows == ()


@pytest.mark.parametrize("late", ["", "send", "exit"])
def test_s24_what_is_not_late_by_more_than_an_hour_starts(late: str) -> None:
    chat = chat_with(late)
    chat.now = datetime.fromisoformat("2026-09-01T10:30+08:00")
    chat.says("買 2026-03-05")
    assert because(chat)[0][0] == "late"
    assert chat.waits(seconds=0) == ["該補貨了"]


@pytest.mark.parametrize("late", ["", "send", "next_morning"])
def test_s24_a_bulk_load_starts_nothing_late(late: str) -> None:
    """One file must not write to everybody in it; a date that is still to come waits as ever."""
    chat = chat_with(late)
    chat.told("shop", "member_updated", Facts({"d.bought": LONG_AGO}, silent=True))
    assert because(chat) == [("not started", f"{SAID}, by a bulk load")]
    assert chat.waits(days=30) == []
    chat = chat_with(late)
    chat.told("shop", "member_updated", Facts({"d.bought": "2026-08-30"}, silent=True))
    assert chat.waits(days=200) == ["該補貨了", "再提醒一次"]


def test_s24_what_else_changes_starts_nothing() -> None:
    """Only the date itself, when it becomes another one: not another attribute, nor an edit of the playbook."""
    chat = chat_with("skip")
    chat.says(f"買 {LONG_AGO}")
    chat.edited(compiled(BOUGHT.replace("IF_LATE", "if_late: send")))
    chat.says("改 甲")
    assert because(chat) == []
    chat.says(f"買 {LONG_AGO}")
    assert because(chat) == []
    assert chat.waits(days=400) == []
    assert chat.hears(StaffSets("bought", "2026-02-14"), token=False) == []
    assert because(chat)[0][0] == "late"


def test_a_start_that_is_under_way_is_not_lost_by_what_else_happens() -> None:
    chat = chat_with("send")
    chat.says(f"買 {LONG_AGO}")
    [timer] = chat.contact.timers
    assert (timer.due, timer.planned) == (NOON, datetime.fromisoformat("2026-08-12T10:00+08:00"))
    edited = compiled(BOUGHT.replace("IF_LATE", "if_late: send").replace("再提醒", "又提醒"))
    event = Event("e", "main", Source("user", "U1"), chat.now, TextMessage("改 乙"))
    chat.contact = decide(edited, chat.contact, event, chat.now, chat.world).contact
    assert chat.contact.timers == (timer,)
    assert chat.waits(seconds=0) == ["該補貨了"]


def test_an_anniversary_comes_next_year() -> None:
    text = BOUGHT.replace("{date: bought, days_after: 180", "{anniversary: bought, days_after: 0")
    chat = chat_of(text.replace("IF_LATE", "if_late: send"))
    chat.says(f"買 {LONG_AGO}")
    assert because(chat) == []
    assert chat.waits(days=120) == []
