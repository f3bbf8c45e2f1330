"""E3: by when who waits is to be answered, and how near that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.engine.turn.answer_promise import AnswerUrgency, answer_due, answer_urgency
from bot.model.contact import Contact, Identity
from bot.model.staff_chat import StaffChat
from bot.operations.alerts.work import waiting_look
from bot.store.stores import Stores
from bot.translations.chinese import CHINESE
from bot.web.admin.chat_view import left_words, wait_level
from tests.people import come
from tests.playbooks import compiled

TAIPEI = ZoneInfo("Asia/Taipei")
PLAYBOOK = compiled("""
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, staff: console,
         answer_within: 20m, answer_hours: 客服時間}
  second: {id: other, channel_id: "2", channel_secret: x, staff: console}
hours: {客服時間: {mon-fri: 09:30-18:30}}
""")
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (FRIDAY, FRIDAY + timedelta(minutes=20)),
        (FRIDAY.replace(hour=18, minute=20), datetime(2026, 11, 23, 9, 40, tzinfo=TAIPEI)),
        (FRIDAY.replace(hour=22), datetime(2026, 11, 23, 9, 50, tzinfo=TAIPEI)),
    ],
    ids=["by day", "goes on after the weekend", "begins after it"],
)
def test_it_counts_in_the_hours_of_service(since: datetime, due: datetime) -> None:
    assert answer_due(PLAYBOOK, "main", since) == due
    assert answer_due(PLAYBOOK, "second", since) is None


@pytest.mark.parametrize(
    ("minutes", "urgency", "level"), [(0, "", 0), (14, "", 0), (15, "soon", 15), (20, "late", 60)]
)
def test_soon_late_in_its_last_quarter(minutes: int, urgency: AnswerUrgency, level: int) -> None:
    now = FRIDAY + timedelta(minutes=minutes)
    assert answer_urgency(PLAYBOOK, "main", FRIDAY, now) == urgency
    assert wait_level(now - FRIDAY, urgency) == level
    assert answer_urgency(PLAYBOOK, "second", FRIDAY, now) is None


@pytest.mark.parametrize(
    ("left", "said"),
    [(7, "還剩 7 分鐘"), (125, "還剩 2 小時 5 分"), (-1, "超過 1 分鐘"), (-130, "超過 2 小時 10 分")],
)
def test_what_is_left_in_words(left: int, said: str) -> None:
    assert CHINESE.text(left_words(timedelta(minutes=left))) == said


@pytest.mark.parametrize(("minutes", "alerted"), [(14, []), (15, ["main"])])
def test_an_alert_without_a_time_goes_before_it_is_broken(minutes: int, alerted: list[str]) -> None:
    waiting = [(FRIDAY, "main"), (FRIDAY, "second")]
    look = waiting_look(waiting, (), PLAYBOOK, {}, {}, FRIDAY + timedelta(minutes=minutes), "")
    assert [one.subject for one in look.standing] == alerted


async def test_who_is_taken_over_and_not_answered_waits_too(stores: Stores) -> None:
    """E6: the alert looks at them as at who waits; who was answered is none of them."""
    asked = FRIDAY + timedelta(minutes=3)
    await come(
        stores.contacts,
        _with_staff("U1", StaffChat("main", "waits", FRIDAY, FRIDAY)),
        _with_staff("U2", StaffChat("main", "has", FRIDAY, FRIDAY, by="console:amy", asked=asked)),
        _with_staff("U3", StaffChat("main", "has", FRIDAY, FRIDAY, by="console:amy")),
    )
    assert await stores.staff_chats.unanswered(10) == [(FRIDAY, "main"), (asked, "main")]


def _with_staff(user: str, chat: StaffChat) -> Contact:
    return Contact(f"main:{user}", identities=(Identity("main", user, friend=True),), chats=(chat,))
