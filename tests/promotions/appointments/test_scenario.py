"""N5: steps about appointments hold only where they come to what they say, and are recorded so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.contact import Contact
from bot.model.event import PageAnswer
from bot.promotions.appointments.model import AppointmentAct, HeldAppointment
from bot.promotions.appointments.scenario.steps import page_answer_step, refused_step, staff_act_step
from tests.playbooks import compiled
from tests.scenario.playing import wrong_in

SHOP = """
channels: {main: {id: salon, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}}
appointments: {剪髮: {hours: 10:00-19:00, minutes: 60, cancel_until: 1h}}
rules:
  - {when: {text: 預約}, reply: {text: 請選, quick_replies: [{label: 預約, page: my_appointments}]}}
  - {when: {appointment: any, result: [booked, moved, cancelled]}, push: 好了}
"""
BOOK = compiled(SHOP)
START = datetime(2026, 9, 5, 6, tzinfo=UTC)
HELD = HeldAppointment("a1", "剪髮", "剪髮", "剪髮 1", START, START + timedelta(hours=1))
AT_TWO = "{剪髮: 2026-09-05 14:00}"
GIVEN = "scenario: 試\ngiven: {now: 2026-09-01 14:00}\nsteps:\n"


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ("  - user: {books: {剪髮: 2026-09-05 14:00}}\n  - bot: 好了\n", ""),
        ("  - user: {books: {剪髮: 2026-09-05 23:00}}\n", "this came to closed"),
        ("  - user: {books: {剪髮: 2026-09-05 23:00}, result: closed}\n  - bot: nothing\n", ""),
        ("  - user: {books: {剪髮: 2026-09-05 14:00}, result: full}\n", "this came to booked"),
        ("  - user: {moves: {剪髮: 2026-09-05 14:00}}\n", 'the person has no appointment "剪髮" to come'),
        ("  - staff: {cancels: 剪髮}\n", 'the person has no appointment "剪髮" to come'),
        ("  - staff: {came: 剪髮}\n", 'the person has no appointment "剪髮" that has begun'),
        ("  - staff: {books: {剪髮: 2026-09-05 23:00}}\n", "this came to closed"),
        (f"  - user: {{books: {AT_TWO}}}\n  - bot: 好了\n  - contact: {{appointments: {AT_TWO}}}\n", ""),
        ("  - contact: {appointments: nothing}\n", ""),
        (f"  - contact: {{appointments: {AT_TWO}}}\n", "the contact is not as expected"),
        ("  - staff: {books: {剪髮: 2026-09-05 14:00}}\n  - bot: 好了\n", ""),
    ],
)
def test_a_step_holds_where_it_comes_to_what_it_says(steps: str, wrong: str) -> None:
    assert wrong_in(SHOP, GIVEN + steps) == wrong


def test_what_was_pressed_is_written_as_it_is_read() -> None:
    contact = Contact("main:U1", held={"appointments": (HELD,)})

    def recorded(*lines: str) -> str | None:
        return page_answer_step(PageAnswer("my_appointments", "\n".join(lines)), contact, BOOK)

    booked = recorded("book", "剪髮", START.isoformat(), "小芳")
    assert booked == '- user: {books: {剪髮: "2026-09-05 14:00"}}'
    assert refused_step(booked, "full") == '- user: {books: {剪髮: "2026-09-05 14:00"}, result: full}'
    assert recorded("move", "a1", START.isoformat()) == '- user: {moves: {剪髮: "2026-09-05 14:00"}}'
    assert recorded("cancel", "a1") == "- user: {cancels: 剪髮}"
    assert recorded("cancel", "gone") is None
    act = AppointmentAct("cancel", "剪髮", "p1", held=HELD, reason="老師請假")
    assert staff_act_step(act, BOOK) == "- staff: {cancels: 剪髮, reason: 老師請假}"
    assert staff_act_step(replace(act, what="missed", reason=""), BOOK) == "- staff: {missed: 剪髮}"


LAPSING = """\
scenario: 試
given: {now: 2026-09-04 14:00, people: {小美: {}, 阿宏: {}, 阿國: {}}}
steps:
  - staff: {books: {剪髮: 2026-09-05 14:00}}
  - bot: 好了
  - as: 阿宏
  - user: {waits_for: {剪髮: 2026-09-05}}
  - as: 阿國
  - user: {waits_for: {剪髮: 2026-09-05}}
  - as: 小美
  - staff: {cancels: 剪髮}
  - bot: 好了
  - as: 阿宏
  - bot: 有空位了
  - as: 阿國
  - wait: 1h
  - sent: {週年慶: {to: [小美, 阿宏, 阿國]}}
  - bot: [sale, 有空位了]
  - as: 阿宏
  - bot: sale
  - as: 小美
  - bot: sale
"""


def test_a_broadcast_goes_at_its_time_though_a_free_place_lapses_later() -> None:
    shop = SHOP.replace("10:00-19:00", "14:00-15:00").replace("cancel_until: 1h", "waiting: 30m") + (
        "  - {when: {appointment: any, result: free}, push: 有空位了}\n"
        'cards: {sale: {text: "85 折。輸入「停止推播」就不再收到"}}\n'
        "broadcasts: {週年慶: {to: everyone, push: sale, at: 2026-09-04 14:20}}\n"
    )
    assert wrong_in(shop, LAPSING) == ""
