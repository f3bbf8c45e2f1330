"""Bounds of a date that move with the day, hours that must be open then, and the pickers that show both."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.compiled.flow import AnswerBound, AnswerForm, AnswerType, NowWord
from bot.engine.compiled.playbook import TAIPEI
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.answers import field_limits, may_answer, valid_answer, with_limits
from bot.engine.times.bounds import DateWord, When
from bot.engine.times.hours import Days, Hours, Window
from bot.engine.times.local_time import Duration
from bot.line.objects.actions import BOUNDS, PickerBound, misfit
from bot.model.value import Value

SATURDAY = When(datetime(2026, 11, 21, 7, 30, tzinfo=UTC), TAIPEI)
"""15:30 in Taipei."""
MORNING = Hours(((Days((Window(time(9), time(12)),), frozenset(range(6))),),))
"""Monday to Saturday, 09:00 to 12:00."""


def answer(form: AnswerForm, said: str, when: When = SATURDAY) -> Value | None:
    found = valid_answer(form, TriggerEvent("text", said), when)
    return None if found is None else found.value


def picked(form: AnswerForm, value: str, when: When = SATURDAY) -> Value | None:
    found = valid_answer(form, TriggerEvent("postback", "~card/選日期", {form.type: value}), when)
    return None if found is None else found.value


def form(
    type_: AnswerType, least: AnswerBound | None, most: AnswerBound | None, during: Hours | None = None
) -> AnswerForm:
    return AnswerForm(type_, at_least=least, at_most=most, during=during)


@given(days=st.integers(-100, 100), first=st.integers(0, 30), length=st.integers(0, 60))
def test_today_is_the_day_of_the_answer_not_of_the_question(days: int, first: int, length: int) -> None:
    """A picker that was drawn yesterday: what it gives is judged at the moment when it is tapped."""
    asked = form("date", DateWord(first), DateWord(first + length))
    day = SATURDAY.today + timedelta(days=days)
    taken = first <= days <= first + length
    assert picked(asked, day.isoformat()) == (day.isoformat() if taken else None)
    tomorrow = When(SATURDAY.now + timedelta(days=1), TAIPEI)
    taken = first <= days - 1 <= first + length
    assert picked(asked, day.isoformat(), tomorrow) == (day.isoformat() if taken else None)


def test_a_day_begins_at_midnight_in_the_playbooks_zone() -> None:
    asked = form("date", DateWord(), None)
    before = When(datetime(2026, 11, 21, 15, 59, tzinfo=UTC), TAIPEI)
    assert answer(asked, "2026-11-21", before) == "2026-11-21"
    assert answer(asked, "2026-11-21", When(before.now + timedelta(minutes=1), TAIPEI)) is None


def test_bounds_in_years_and_months_are_of_the_calendar() -> None:
    adult = form("date", None, DateWord(months=-18 * 12))
    assert answer(adult, "2008-11-21") == "2008-11-21"
    assert answer(adult, "2008-11-22") is None


def test_a_moment_is_counted_from_now_and_a_day_as_the_last_is_included_whole() -> None:
    asked = form("date_time", NowWord(Duration(seconds=7200)), DateWord(2))
    assert answer(asked, "今天 17:29") is None
    assert answer(asked, "今天 17:30") == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert answer(asked, "11/23 23:59") == datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    assert answer(asked, "11/24 00:00") is None
    assert answer(form("date_time", date(2026, 12, 1), date(2026, 12, 1)), "2026-12-01 23:59") is not None


def test_s16_a_date_is_one_on_which_the_hours_open_and_a_moment_one_at_which_they_are_open() -> None:
    """22 November of 2026 is a Sunday, of 2027 a Monday: who says 11/22 means tomorrow all the same."""
    day, moment = form("date", None, None, MORNING), form("date_time", None, None, MORNING)
    assert answer(day, "11/22") is None
    assert answer(day, "11/23") == "2026-11-23"
    assert picked(day, "2026-11-22") is None
    assert answer(moment, "11/23 12:00") is None
    assert answer(moment, "11/23 11:59") is not None
    assert answer(moment, "11/23 9點") is not None


def test_a_text_may_answer_whatever_the_day() -> None:
    asked = form("date", DateWord(1), DateWord(2), MORNING)
    assert may_answer(asked, "今天", TAIPEI)
    assert not may_answer(asked, "改天", TAIPEI)


def picker(mode: str, **more: str) -> dict[str, object]:
    action = {"type": "datetimepicker", "data": "~x", "mode": mode, **more}
    return {"type": "text", "text": "?", "quickReply": {"items": [{"type": "action", "action": action}]}}


def limits_of(asked: AnswerForm, mode: str, **more: str) -> dict[PickerBound, str]:
    (message,) = with_limits([picker(mode, **more)], asked, SATURDAY)
    action: dict[str, str] = message["quickReply"]["items"][0]["action"]
    return {bound: action[bound] for bound in BOUNDS if bound in action}


@pytest.mark.parametrize(
    ("asked", "mode", "given"),
    [
        (form("date", DateWord(), DateWord(60)), "date", {"min": "2026-11-21", "max": "2027-01-20"}),
        (
            form("date", DateWord(1), None),
            "date",
            {"min": "2026-11-22", "initial": "2026-11-22"},
        ),
        (
            form("date", None, DateWord(months=-216)),
            "date",
            {"max": "2008-11-21", "initial": "2008-11-21"},
        ),
        # LINE wants min to lie before max: one day is shown as a beginning, and judged when it is answered
        (form("date", DateWord(), DateWord()), "date", {"min": "2026-11-21"}),
        (form("date", "1800-01-01", "2200-01-01"), "date", {}),
        (form("time", "09:00", "12:00"), "time", {"min": "09:00", "max": "12:00", "initial": "12:00"}),
        (
            form("date_time", NowWord(Duration(seconds=7200)), DateWord(1)),
            "datetime",
            {"min": "2026-11-21T17:30", "max": "2026-11-22T23:59", "initial": "2026-11-21T17:30"},
        ),
        (form("date", DateWord(), DateWord(60)), "datetime", {}),
        (form("date", None, None), "date", {}),
        (AnswerForm("number", at_least=1), "date", {}),
    ],
)
def test_s16_a_picker_is_held_within_the_limits_in_the_form_of_its_mode(
    asked: AnswerForm, mode: str, given: dict[str, str]
) -> None:
    assert limits_of(asked, mode) == given


def test_limits_that_somebody_wrote_stay() -> None:
    asked = form("date", DateWord(), DateWord(60))
    assert limits_of(asked, "date", min="2026-12-01") == {"min": "2026-12-01"}


def test_the_message_itself_is_not_changed() -> None:
    """It may be the card's own, which everybody shares."""
    shared = picker("date")
    with_limits([shared], form("date", DateWord(), None), SATURDAY)
    assert shared == picker("date")


@given(
    least=st.none() | st.builds(DateWord, st.integers(-80_000, 80_000), st.integers(-2400, 2400)),
    most=st.none() | st.builds(DateWord, st.integers(-80_000, 80_000), st.integers(-2400, 2400)),
)
def test_line_takes_every_picker(least: DateWord | None, most: DateWord | None) -> None:
    """https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action"""
    assert misfit("date", limits_of(form("date", least, most), "date")) is None
    assert misfit("datetime", limits_of(form("date_time", least, most), "datetime")) is None


def test_a_field_takes_the_limits_as_it_writes_them() -> None:
    assert field_limits(form("date", DateWord(1), None), SATURDAY) == ("2026-11-22", None)
    assert field_limits(form("time", "09:00", "12:00"), SATURDAY) == ("09:00", "12:00")
    asked = form("date_time", NowWord(Duration()), DateWord())
    assert field_limits(asked, SATURDAY) == ("2026-11-21T15:30", "2026-11-21T23:59")
    assert field_limits(AnswerForm("number", at_least=1), SATURDAY) == (None, None)
