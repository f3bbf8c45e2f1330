"""Semantics 44: who has an appointment is reminded once, at its time as it is then, or not at all (N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.merge import merged
from bot.model.brought import brought
from bot.model.event import Origin, Outcome, Rewritten
from bot.promotions.appointments.model import HELD_APPOINTMENTS, HeldAppointment
from tests.engine.chat import NOON, Chat
from tests.playbooks import compiled

SHOP = """
appointments: {{剪髮: {{hours: 10:00-19:00, minutes: 60, remind: {remind}}}}}
rules:
  - {{when: {{text: 約}}, book_appointment: {{appointment: 剪髮, start: 2026-09-05 15:00}}}}
  - {{when: {{appointment: any, result: [booked, full, had, closed, too_soon, too_far]}}, push: 約了}}
  - {{when: {{appointment: any, result: soon}}, push: "提醒 {{{{ event.start as time }}}}"}}
"""
START = NOON + timedelta(days=3, hours=3)
HELD = HeldAppointment("a1", "剪髮", "剪髮", "剪髮 1", START, START + timedelta(hours=1))


def shop(remind: str = "{hours_before: 2}") -> Playbook:
    return compiled(SHOP.format(remind=remind))


class Client(Chat):
    """Somebody with an appointment."""

    def comes(self, result: str, held: HeldAppointment = HELD) -> None:
        self.hears(Outcome("appointment", result, Origin("", "main", 0), "剪髮", brought=brought(held=held)))

    def reminded(self, until: datetime) -> list[str]:
        """What time alone has said by then."""
        seconds = (until - self.now).total_seconds()
        return [text for text in self.waits(seconds=seconds) if text.startswith("提醒")]


@pytest.fixture
def client() -> Client:
    chat = Client(shop())
    chat.comes("booked")
    return chat


def test_s44_once_two_hours_before(client: Client) -> None:
    assert client.reminded(START - timedelta(hours=2, seconds=1)) == []
    assert client.reminded(START - timedelta(hours=2)) == ["提醒 15:00"]
    assert client.reminded(START + timedelta(days=9)) == []
    client.says("嗨")
    assert HELD_APPOINTMENTS.of(client.contact) == (), "what is over is held no more"


def test_s44_the_day_before_at_a_time_of_the_shop() -> None:
    chat = Client(shop('{days_before: 1, at: "10:00"}'))
    chat.comes("booked")
    moment = START - timedelta(days=1, hours=5)
    assert chat.reminded(moment - timedelta(seconds=1)) == []
    assert chat.reminded(moment) == ["提醒 15:00"]


def test_s44_who_moves_is_reminded_of_the_new_time_alone(client: Client) -> None:
    later = START + timedelta(days=1, hours=1)
    client.comes("moved", replace(HELD, start=later, end=later + timedelta(hours=1)))
    assert client.reminded(START) == []
    assert client.reminded(later) == ["提醒 16:00"]


def test_s44_who_was_reminded_and_moves_is_reminded_again(client: Client) -> None:
    assert client.reminded(START - timedelta(hours=2)) == ["提醒 15:00"]
    later = START + timedelta(days=1)
    client.comes("moved", replace(HELD, start=later, end=later + timedelta(hours=1)))
    assert client.reminded(later) == ["提醒 15:00"]


def test_s44_who_cancels_is_not(client: Client) -> None:
    client.comes("cancelled")
    assert client.reminded(START + timedelta(days=1)) == []
    assert client.contact.timers == ()


def test_s44_who_books_after_that_moment_is_not() -> None:
    chat = Client(shop())
    chat.now = START - timedelta(hours=1)
    chat.comes("booked")
    assert chat.reminded(START + timedelta(hours=5)) == []


def test_s44_a_clock_set_back_and_an_outcome_again_remind_nobody_twice(client: Client) -> None:
    assert client.reminded(START - timedelta(hours=2)) == ["提醒 15:00"]
    client.now = START - timedelta(days=1)
    client.comes("booked")
    client.says("嗨")
    assert client.reminded(START) == []


def test_s44_who_could_be_reminded_only_when_it_has_begun_is_not(client: Client) -> None:
    """The bot was away meanwhile."""
    assert client.waits(down=True, seconds=(START - client.now).total_seconds()) == []
    assert client.reminded(START + timedelta(hours=1)) == []


def test_s44_another_playbook_reminds_by_its_own_and_makes_up_for_nothing(client: Client) -> None:
    client.now = START - timedelta(hours=5)
    client.edited(shop("{hours_before: 24}"))
    client.says("嗨")
    assert client.reminded(START) == [], "that moment has passed"
    other = Client(shop("{hours_before: 24}"))
    other.comes("booked")
    other.edited(shop("{hours_before: 1}"))
    other.says("嗨")
    assert other.reminded(START - timedelta(hours=1, seconds=1)) == []
    assert other.reminded(START - timedelta(hours=1)) == ["提醒 15:00"]


def test_s44_two_who_are_one_person_are_reminded_of_each_once(client: Client) -> None:
    second = replace(HELD, id="a2", start=START + timedelta(hours=2), end=START + timedelta(hours=3))
    other = Client(shop())
    other.comes("booked", second)
    both = (*HELD_APPOINTMENTS.of(client.contact), *HELD_APPOINTMENTS.of(other.contact))
    assert HELD_APPOINTMENTS.of(merged(client.contact, replace(other.contact, id="main:U9"))) == both
    client.contact = replace(client.contact, held={HELD_APPOINTMENTS.name: both})
    client.hears(Rewritten("merged", "main:U9"))
    assert client.reminded(START + timedelta(days=1)) == ["提醒 15:00", "提醒 17:00"]
