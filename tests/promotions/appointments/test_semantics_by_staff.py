"""Semantics 44: staff book, move and cancel for a person, and say whether they came (N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from bot.model.brought import brought
from bot.model.event import Outcome
from bot.promotions.appointments.model import (
    HELD_APPOINTMENTS,
    AppointmentAct,
    BookAppointment,
    CancelAppointment,
    HeldAppointment,
    MoveAppointment,
)
from tests.engine.chat import NOON, Chat
from tests.playbooks import compiled

SHOP = """
appointments: {剪髮: {hours: 10:00-19:00, minutes: 60}}
tags: {沒來: {}}
rules:
  - {when: {text: 約}, book_appointment: {appointment: 剪髮, start: 2026-09-05 15:00}}
  - when: {appointment: any, result: [booked, moved, cancelled]}
    push: "{{ event.title }}，{{ event.reason or 謝謝 }}"
  - {when: {appointment: any, result: missed}, do: [{push: 沒看到您}, {add_tags: 沒來}]}
  - {when: {appointment: any, result: came}, push: 謝謝光臨}
  - {when: {appointment: any}, push: 沒辦法}
"""
AuditEntry = Literal["book", "move", "cancel", "came", "missed"]
Request = BookAppointment | MoveAppointment | CancelAppointment
START = NOON + timedelta(days=2)
HELD = HeldAppointment("a1", "剪髮", "剪髮", "剪髮 1", START, START + timedelta(hours=1))


class Client(Chat):
    """Somebody for whom staff act."""

    def __init__(self) -> None:
        super().__init__(compiled(SHOP))

    def staffed(self, what: AuditEntry, **more: Any) -> list[str]:
        act = AppointmentAct(what, "剪髮", "p1", "account:amy", HELD, START, "剪髮 1", "老師請假")
        return self.hears(replace(act, **more), token=False)

    def comes(self, result: str) -> list[str]:
        """What comes of what was asked last."""
        asked = self.asked[-1]
        fields = {"title": "剪髮", "reason": asked.reason} if asked.reason else {"title": "剪髮"}
        held = HELD if result in ("booked", "moved", "cancelled") else None
        return self.hears(
            Outcome("appointment", result, asked.origin, "剪髮", fields=fields, brought=brought(held=held))
        )


def test_s44_what_staff_ask_for_counts_once_for_their_press_and_the_person_hears_why() -> None:
    chat = Client()
    entries: tuple[tuple[AuditEntry, type[Request]], ...] = (
        ("book", BookAppointment),
        ("move", MoveAppointment),
        ("cancel", CancelAppointment),
    )
    for what, kind in entries:
        assert chat.staffed(what) == []
        asked = chat.asked[-1]
        assert isinstance(asked, kind)
        assert asked.act_id == "p1"
        assert getattr(asked, "which", "a1") == "a1"
    assert chat.comes("cancelled") == ["剪髮，老師請假"]


def test_s44_why_staff_could_not_have_it_the_person_does_not_hear() -> None:
    chat = Client()
    chat.staffed("book")
    assert chat.comes("full") == []


def test_s44_that_the_person_came_or_not_is_news_once_and_can_be_put_right() -> None:
    chat = Client()
    chat.staffed("book")
    chat.comes("booked")
    chat.now = START + timedelta(minutes=5)
    assert chat.staffed("missed") == ["沒看到您"]
    assert chat.tags == {"沒來"}
    assert chat.staffed("missed", id="p2") == [], "two of staff have pressed"
    assert chat.staffed("came", id="p3") == ["謝謝光臨"]
    assert [one.mark for one in HELD_APPOINTMENTS.of(chat.contact)] == ["came"]


def test_s44_what_lacks_what_it_is_about_does_nothing() -> None:
    chat = Client()
    entries: tuple[AuditEntry, ...] = ("move", "cancel", "came", "missed")
    for what in entries:
        assert chat.staffed(what, held=None) == []
    assert chat.staffed("book", start=None) == []
    assert not chat.asked
