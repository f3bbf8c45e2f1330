"""Semantics 44: what came of asking for an appointment is heard where it was asked, else by rules (N5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model.decision import Reply
from bot.model.event import Origin
from bot.promotions.appointments.model import BookAppointment, CancelAppointment, MoveAppointment
from tests.engine.chat import Chat, chat_of

SHOP = """
appointments: {剪髮: {hours: 10:00-19:00, minutes: 60}}
attributes: {wish: date_time, who: text}
flows:
  f:
    states:
      約:
        do: [{book_appointment: {appointment: 剪髮, start: 2026-09-05 15:00}}]
        rules:
          - {when: {appointment: 剪髮, result: booked}, push: "流程 {{ event.place }}", to: 完}
          - {when: {text: 算了}, to: 完}
        give_up_after: {1m: 完}
      完: {end: true}
rules:
  - {when: {text: f}, start: f}
  - {when: {text: 約}, book_appointment: {appointment: 剪髮, start: "{{ attribute.wish }}"}}
  - {when: {text: 改}, move_appointment: {appointment: 剪髮, start: 2026-09-05 16:00, staff: "{{ attribute.who }}"}}
  - {when: {text: 想}, set: {wish: 2026-09-05 15:00}}
  - {when: {text: 找小芳}, set: {who: 小芳}}
  - {when: {text: 取消}, cancel_appointment: 剪髮}
  - {when: {appointment: 剪髮, result: booked}, reply: "{{ event.title }} {{ event.start as time }}–{{ event.end as time }}"}
  - {when: {appointment: any, result: [full, closed, too_soon, too_far, none, too_late]}, push: "沒辦法 {{ event.appointment }}"}
  - {when: {appointment: any, result: [moved, cancelled, had]}, push: "{{ event.place }}"}
"""
START = datetime(2026, 9, 5, 7, tzinfo=UTC)
FIELDS = {"title": "剪髮", "place": "剪髮 1", "start": START, "end": START + timedelta(hours=1)}


def booked(chat: Chat) -> list[str]:
    return chat.comes_back("appointment", "booked", subject="剪髮", fields=FIELDS)


def test_s44_what_came_of_it_goes_to_the_state_that_asked() -> None:
    chat = chat_of(SHOP)
    chat.says("f")
    asked = chat.asked[-1]
    assert isinstance(asked, BookAppointment)
    assert (asked.appointment, asked.start, asked.origin.flow) == ("剪髮", START, "f")
    assert booked(chat) == ["流程 剪髮 1"]
    assert chat.state("f") is None


def test_s44_what_the_state_does_not_hear_and_what_comes_late_rules_hear() -> None:
    chat = chat_of(SHOP)
    chat.says("f")
    assert chat.comes_back("appointment", "full", subject="剪髮") == ["沒辦法 剪髮"]
    assert chat.state("f") == "約"
    chat.says("算了")
    assert booked(chat) == ["剪髮 15:00–16:00"]


def test_s44_outside_flows_rules_hear_it() -> None:
    chat = chat_of(SHOP)
    chat.says("想")
    chat.says("約")
    asked = chat.asked[-1]
    assert asked == BookAppointment("剪髮", START, Origin("", "main", 0), asked.token)
    assert asked.token is not None
    assert booked(chat) == ["剪髮 15:00–16:00"]
    assert chat.actions(Reply)
    assert chat.costs == 0
    chat.says("改")
    chat.says("取消")
    moving, cancelling = chat.asked[-2:]
    assert isinstance(moving, MoveAppointment)
    assert moving.start == START + timedelta(hours=1)
    assert isinstance(cancelling, CancelAppointment)
    assert chat.comes_back("appointment", "cancelled", subject="剪髮", fields=FIELDS) == ["剪髮 1"]


def test_s44_an_unknown_moment_is_closed_at_once() -> None:
    chat = chat_of(SHOP)
    assert chat.says("約") == ["沒辦法 剪髮"]
    assert not chat.asked


def test_s44_who_is_named_alone_will_do_and_nobody_named_is_anybody() -> None:
    chat = chat_of(SHOP)
    chat.says("改")
    chat.says("找小芳")
    chat.says("改")
    moves = [one for one in chat.asked if isinstance(one, MoveAppointment)]
    assert [one.wanted for one in moves] == ["", "小芳"]
