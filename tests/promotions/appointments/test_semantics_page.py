"""Semantics 44: booked, moved and cancelled on the page, which shows why not, and nobody else hears of it (N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.brought import brought
from bot.model.event import Origin, Outcome
from bot.promotions.appointments.model import (
    HELD_APPOINTMENTS,
    BookAppointment,
    CancelAppointment,
    HeldAppointment,
    MoveAppointment,
)
from tests.engine.chat import NOON
from tests.promotions.appointments.page import OnAppointments

SHOP = """
channels: {main: {id: salon, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}}
appointments:
  剪髮: {hours: 10:00-19:00, minutes: 60, staff: [小芳, 阿明], cancel_until: 3h}
  護髮: {hours: 10:00-19:00, minutes: 30}
rules:
  - {when: {text: 約}, reply: {text: 請選, quick_replies: [{label: 預約, page: my_appointments}]}}
  - {when: {appointment: any, result: [booked, moved, cancelled]}, push: "{{ event.title }} {{ event.place }}"}
  - {when: {appointment: any}, push: 沒辦法}
"""
PAGE = Origin("my_appointments", "main", 0)
START = NOON + timedelta(days=2)
HELD = HeldAppointment("a1", "剪髮", "剪髮", "小芳", START, START + timedelta(hours=1))


class Customer(OnAppointments):
    """Somebody before the page."""

    def __init__(self) -> None:
        super().__init__(SHOP)

    def comes(self, result: str, held: HeldAppointment | None = None, origin: Origin = PAGE) -> list[str]:
        fields = {} if held is None else {"title": held.title, "place": held.place}
        return self.hears(
            Outcome("appointment", result, origin, "剪髮", fields=fields, brought=brought(held=held))
        )


def test_s44_a_time_is_asked_for_on_the_page_and_the_page_shows_what_came_of_it() -> None:
    chat = Customer()
    assert [(one.name, one.staff, one.had) for one in chat.view.services] == [
        *(("剪髮", ("小芳", "阿明"), False), ("護髮", (), False)),
    ]
    before = chat.screen("my_appointments").step
    asked = chat.presses("book", "剪髮", START.isoformat(), "小芳")
    assert isinstance(asked, BookAppointment)
    assert (asked.appointment, asked.start, asked.wanted, asked.origin) == ("剪髮", START, "小芳", PAGE)
    assert chat.asked_there == "waits"
    assert chat.comes("booked", HELD) == ["剪髮 小芳"], "rules say so in the chat"
    assert chat.screen("my_appointments").step > before + 1, "the page goes on by itself"
    assert chat.asked_there == "booked"
    [own] = chat.view.booked
    assert (own.id, own.staff, own.start, own.change) == ("a1", "小芳", START, True)
    assert chat.view.services[0].had, "one may have one"


@pytest.mark.parametrize(
    "why", ["full", "had", "closed", "too_soon", "too_far", "too_late", "none", "failed"]
)
def test_s44_why_not_is_shown_on_the_page_and_costs_no_message(why: str) -> None:
    chat = Customer()
    chat.presses("book", "剪髮", START.isoformat())
    assert chat.comes(why) == []
    assert chat.asked_there == why
    assert chat.noted(), "the trace says so"
    assert chat.comes(why, origin=Origin("", "main", 0)) == ["沒辦法"], "in the chat rules say so"


def test_s44_what_is_moved_or_cancelled_is_the_one_that_was_pressed() -> None:
    chat = Customer()
    second = replace(HELD, id="a2", start=START + timedelta(hours=4), end=START + timedelta(hours=5))
    chat.comes("booked", second)
    chat.comes("booked", HELD)
    assert [one.id for one in chat.view.booked] == ["a1", "a2"], "the next first"
    moving = chat.presses("move", "a2", START.isoformat(), "阿明")
    assert isinstance(moving, MoveAppointment)
    assert (moving.which, moving.start, moving.wanted) == ("a2", START, "阿明")
    chat.comes("moved", replace(second, place="阿明", start=START, end=START + timedelta(hours=1)))
    assert [(one.id, one.staff) for one in chat.view.booked] == [("a1", "小芳"), ("a2", "阿明")]
    cancelling = chat.presses("cancel", "a1")
    assert isinstance(cancelling, CancelAppointment)
    assert cancelling.which == "a1"
    chat.comes("cancelled", HELD)
    assert [one.id for one in chat.view.booked] == ["a2"]


@pytest.mark.parametrize(
    "lines",
    [
        *(
            ("book", "剪髮", "morgen"),
            ("book", "剪髮", "2026-09-05T10:00"),
            ("book", "gone", START.isoformat()),
        ),
        *(("move", "a9", START.isoformat()), ("move", "a1"), ("cancel", "a9"), ("",), ("x", "a1")),
    ],
)
def test_s44_what_the_page_does_not_say_asks_for_nothing(lines: tuple[str, ...]) -> None:
    """Nobody moves or cancels what is not theirs."""
    chat = Customer()
    chat.comes("booked", HELD, origin=Origin("", "main", 0))
    assert chat.presses(*lines) is None
    assert chat.asked_there == ""


def test_what_begins_soon_cannot_be_changed_and_what_is_over_is_gone() -> None:
    chat = Customer()
    chat.comes("booked", HELD)
    chat.now = START - timedelta(hours=2)
    assert [one.change for one in chat.view.booked] == [False]
    chat.now = START + timedelta(minutes=5)
    assert not chat.view.booked
    chat.now = START + timedelta(days=7, hours=1)
    chat.says("嗨")
    assert HELD_APPOINTMENTS.of(chat.contact) == ()


def test_a_page_that_is_opened_anew_says_nothing_of_the_last_time() -> None:
    chat = Customer()
    chat.presses("book", "剪髮", START.isoformat())
    chat.comes("full")
    chat.goes_to("my_appointments")
    assert chat.asked_there == ""


def test_an_outcome_that_comes_twice_is_one_appointment() -> None:
    chat = Customer()
    chat.comes("booked", HELD)
    chat.comes("booked", HELD)
    assert HELD_APPOINTMENTS.of(chat.contact) == (HELD,)
