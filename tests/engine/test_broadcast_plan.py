"""Which sendings are planned, as the playbook says now (semantics 37; I2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.broadcasts.schedule import SendingPlan, due_of, plan_of
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from tests.playbooks import compiled

NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)  # Monday, 10:00 in Taipei
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def book(times: str) -> Playbook:
    """One broadcast, a, with these times."""
    return compiled(f"broadcasts: {{a: {{to: everyone, push: 輸入「停止推播」就不再收到{times}}}}}\n")


def planned(moment: datetime, by: str = "") -> Sending:
    return Sending(f"a@{moment}", "a", "main", moment, moment - DAY, by=by)


def plan(times: str, *there: Sending, now: datetime = NOW) -> tuple[list[datetime], list[datetime]]:
    """The moments that are forgotten, and those that are added."""
    found: SendingPlan = plan_of(book(times), there, now)
    return [one.moment for one in found.forget], [one.moment for one in found.add]


def test_what_is_to_come_is_planned_once() -> None:
    assert plan(", at: 2027-03-01 12:00") == ([], [NOW + 2 * HOUR])
    assert plan(", at: 2027-03-01 12:00", planned(NOW + 2 * HOUR)) == ([], [])
    assert plan(", every: day at 10:00") == ([], [NOW + DAY])
    assert plan("") == ([], []), "by hand only"


@pytest.mark.parametrize(
    "times", [", at: 2027-03-01 10:00", ", at: 2027-03-01 09:30", ", at: 2020-01-01 10:00"]
)
def test_s37_what_had_passed_when_it_was_first_written_is_not(times: str) -> None:
    """Language 10: a date in the past is not sent late."""
    assert plan(times) == ([], [])


def test_s37_after_a_downtime_all_that_came_meanwhile_is_there_to_be_told() -> None:
    three_days_ago = planned(NOW - 3 * DAY)
    assert plan(", every: day at 10:00", three_days_ago) == ([], [NOW - 2 * DAY, NOW - DAY, NOW, NOW + DAY])
    once = planned(NOW - HOUR)
    assert plan(", at: 2027-03-01 09:00", once) == ([], []), "it is due, or missed"


def test_s37_an_edit_before_it_begins_moves_it() -> None:
    ahead = planned(NOW + HOUR)
    assert plan(", at: 2027-03-01 12:00", ahead) == ([ahead.moment], [NOW + 2 * HOUR])
    assert plan(", every: day at 11:00", ahead) == ([], []), "it is one of the new times as well"
    assert plan("", ahead) == ([ahead.moment], [])
    assert plan(", at: 2027-03-01 11:00, status: draft", ahead) == ([ahead.moment], [])
    assert plan(", at: 2027-03-01 11:00, status: cancelled", ahead) == ([ahead.moment], [])
    assert plan(", at: 2027-03-01 11:00, status: paused", ahead) == ([], [])
    assert plan_of(compiled(""), [ahead], NOW) == SendingPlan((ahead,), ())
    other = replace(ahead, channel="outlet")
    assert plan(", at: 2027-03-01 11:00", other) == ([other.moment], [other.moment])


def test_an_edit_during_a_downtime_sends_nothing_of_before() -> None:
    passed = planned(NOW - MINUTE)
    assert plan(", at: 2027-03-01 12:00", passed) == ([passed.moment], [NOW + 2 * HOUR])


def test_who_has_paused_it_has_paused_what_it_was_moved_to() -> None:
    ahead = replace(planned(NOW + HOUR), paused="amy")
    (found,) = plan_of(book(", at: 2027-03-01 12:00"), [ahead], NOW).add
    assert found.paused == "amy"


def test_s37_by_hand_it_is_due_at_once_also_where_its_own_time_is_near() -> None:
    quiet = book(', every: day at 08:00, quiet_hours: "20:00-09:00"')
    by_hand = planned(NOW - 12 * HOUR, by="amy")  # 22:00
    assert due_of(quiet, by_hand, NOW - 12 * HOUR) == "to come"
    assert due_of(quiet, by_hand, NOW - HOUR) == "due"
    assert due_of(quiet, replace(by_hand, by=""), NOW - HOUR) == "missed", "the next one begins as soon"
    assert due_of(compiled(""), by_hand, NOW - 12 * HOUR + MINUTE) == "due", "whoever begins it says why not"
    assert due_of(compiled(""), by_hand, NOW) == "missed"
    assert due_of(compiled(""), by_hand, NOW - DAY) == "to come"
