"""Semantics 44: who waits for a full day is told of a free place, once, and waits no more (N5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.brought import brought
from bot.model.event import Origin, Outcome
from bot.promotions.appointments.engine.place_wishes import MOST_WISHES
from bot.promotions.appointments.model import (
    PLACE_WISHES,
    AppointmentAct,
    HeldAppointment,
    PlaceWish,
    WaitForPlace,
)
from tests.engine.chat import NOON
from tests.promotions.appointments.page import OnAppointments

SHOP = """
channels: {main: {id: salon, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}}
appointments:
  剪髮: {hours: 10:00-19:00, minutes: 60, staff: [小芳, 阿明], waiting: 30m}
  護髮: {hours: 10:00-19:00, minutes: 30}
rules:
  - {when: {text: 約}, reply: {text: 請選, quick_replies: [{label: 預約, page: my_appointments}]}}
  - {when: {appointment: any, result: free}, push: "有空位 {{ event.start as time }} {{ event.place }}"}
  - {when: {appointment: any}, push: 別的}
"""
PAGE = Origin("my_appointments", "main", 0)
START = NOON + timedelta(days=2)
DAY = f"{START:%Y-%m-%d}"
HELD = HeldAppointment("w1", "剪髮", "剪髮", "小芳", START, START + timedelta(hours=1))
WISH = PlaceWish("w1", "剪髮", "剪髮", DAY, NOON)
FREE = AppointmentAct("free", "剪髮", "w1", held=HELD)


class Waiting(OnAppointments):
    """Somebody who finds a day full."""

    def __init__(self) -> None:
        super().__init__(SHOP)

    def comes(
        self, result: str, wish: PlaceWish | None = WISH, held: HeldAppointment | None = None
    ) -> list[str]:
        fields = {} if held is None else {"title": held.title}
        return self.hears(
            Outcome("appointment", result, PAGE, "剪髮", fields=fields, brought=brought(held=held, wish=wish))
        )


def test_s44_who_waits_sees_so_and_is_told_once() -> None:
    chat = Waiting()
    assert [(one.name, one.waits) for one in chat.view.services] == [("剪髮", True), ("護髮", False)]
    assert chat.presses("wait", "剪髮", DAY, "小芳") == WaitForPlace("剪髮", DAY, PAGE, wanted="小芳")
    assert chat.asked_there == "waits"
    assert chat.comes("waiting") == [], "the page says so"
    assert chat.asked_there == "waiting"
    assert [(one.service, one.day) for one in chat.view.wishes] == [("剪髮", DAY)]
    assert chat.hears(FREE) == ["有空位 12:00 小芳"]
    assert chat.view.wishes == ()
    assert chat.hears(FREE) == [], "said once, whatever is told again"


def test_s44_the_news_may_overtake_the_answer() -> None:
    chat = Waiting()
    assert len(chat.hears(FREE)) == 1
    chat.comes("waiting")
    assert chat.view.wishes == (), "the wish is known by its id"
    assert chat.hears(FREE) == []


@pytest.mark.parametrize("result", ["booked", "moved"])
def test_s44_who_has_a_place_that_day_waits_no_more(result: str) -> None:
    chat = Waiting()
    chat.comes("waiting")
    chat.comes("waiting", PlaceWish("w2", "剪髮", "剪髮", f"{START + timedelta(days=1):%Y-%m-%d}", NOON))
    chat.comes(result, None, HELD)
    assert [one.id for one in PLACE_WISHES.of(chat.contact)] == ["w2"], "another day is still waited for"
    assert chat.hears(FREE) == [], "it came a moment too late"


def test_s44_who_leaves_waits_no_more() -> None:
    chat = Waiting()
    chat.comes("waiting")
    assert chat.presses("leave", "剪髮", DAY) == WaitForPlace("剪髮", DAY, PAGE, leave=True)
    chat.comes("left")
    assert (chat.view.wishes, chat.asked_there) == ((), "left")


def test_s44_what_is_over_is_forgotten() -> None:
    chat = Waiting()
    chat.comes("waiting")
    chat.now = START + timedelta(days=2)
    assert chat.view.wishes == ()
    chat.says("嗨")
    assert PLACE_WISHES.of(chat.contact) == ()


def test_s44_nobody_waits_for_any_number_of_days() -> None:
    chat = Waiting()
    for number in range(MOST_WISHES):
        day = f"{START + timedelta(days=number + 1):%Y-%m-%d}"
        chat.comes("waiting", PlaceWish(f"x{number}", "剪髮", "剪髮", day, NOON))
    assert chat.presses("wait", "剪髮", DAY) is None
    assert chat.asked_there == "too_many"
    assert chat.presses("leave", "剪髮", DAY) is not None


@pytest.mark.parametrize("lines", [("wait", "剪髮", "soon"), ("wait", "剪髮"), ("leave", "剪髮", "")])
def test_s44_a_day_that_is_none_asks_for_nothing(lines: tuple[str, ...]) -> None:
    assert Waiting().presses(*lines) is None
