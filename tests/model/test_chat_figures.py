"""E3: the arithmetic of staff's figures: times that are counted in steps, medians, sums over days."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.chat_figures import (
    ANSWERED,
    BEGUN,
    HAD,
    OF_STAFF,
    WAITED,
    StaffCount,
    answer_mark,
    quantile,
    rounded,
    team_figures,
)
from bot.model.mark import Mark
from tests.depth import examples

SECONDS = st.integers(0, 40 * 86_400)


@settings(max_examples=examples(200))
@given(SECONDS, SECONDS)
def test_a_rounded_time_is_near_and_keeps_its_order(one: int, other: int) -> None:
    assert abs(rounded(one) - one) <= one / 31
    assert rounded(rounded(one)) == rounded(one)
    assert (rounded(one) <= rounded(other)) or one > other


def test_what_people_reckon_in_is_as_it_is() -> None:
    assert [rounded(one) for one in (-5, 0, 31, 60, 120, 240)] == [0, 0, 31, 60, 120, 240]
    assert len({rounded(one) for one in range(86_400)}) < 230


@settings(max_examples=examples(200))
@given(st.lists(SECONDS, min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_a_time_that_was_and_so_many_are_within(times: list[int], share: float) -> None:
    found = quantile(Counter(times), share)
    assert found is not None
    assert found == sorted(times)[math.ceil(share * len(times)) - 1]


def test_of_no_times_there_is_none() -> None:
    assert quantile({}, 0.5) is None


def count(day: str, what: str, *about: str, number: int = 1, channel: str = "main") -> StaffCount:
    return StaffCount(day, Mark(channel, OF_STAFF, what, about), number)


def answered(day: str, actor: str, hour: str, seconds: int, often: int, channel: str = "main") -> StaffCount:
    """First answers to who began to wait in this hour; without one, further ones."""
    about = (f"console:{actor}", "first" if hour else "further", hour)
    return StaffCount(day, Mark(channel, OF_STAFF, ANSWERED, about), often, {seconds: often})


def test_an_answers_mark_ends_with_its_seconds() -> None:
    minute = timedelta(seconds=60)
    marks = [
        answer_mark("main", "console:amy", waited, is_first=is_first, hour="09")
        for waited, is_first in ((minute, True), (minute, False), (None, True))
    ]
    assert [one.about[1:] for one in marks] == [
        ("first", "09", "60"),
        ("further", "", "60"),
        ("unasked", "", ""),
    ]


def test_marks_become_figures_of_the_team_of_accounts_and_of_hours() -> None:
    """2026-08-31 is a Monday."""
    monday, tuesday, sunday = "2026-08-31", "2026-09-01", "2026-09-06"
    counts = [
        count(monday, BEGUN, number=2),
        count(monday, WAITED, "09", number=3),
        count(sunday, WAITED, "23"),
        count(monday, HAD, "console:amy", number=2),
        answered(monday, "amy", "09", 60, 3),
        answered(tuesday, "amy", "", 120, 1),
        answered(tuesday, "ben", "10", 600, 1),
        count(tuesday, ANSWERED, "console:ben", "unasked", "", number=4),
        answered(tuesday, "ben", "10", 5, 9, channel="outlet"),
        count(tuesday, "a later version's", "x"),
        count(tuesday, WAITED, "noon"),
    ]
    found = team_figures(counts, "main")
    assert (found.begun, found.team.had, found.team.answers) == (2, 2, 9)
    assert (found.team.first.number, found.team.first.median, found.team.first.p90) == (4, 60, 600)
    amy, ben = found.accounts["console:amy"], found.accounts["console:ben"]
    assert (amy.first.number, amy.further.number, amy.further.median) == (3, 1, 120)
    assert (ben.answers, ben.first.number, ben.further.median) == (5, 1, None)
    assert found.waits_of_hour(9) == [3, 0, 0, 0, 0, 0, 0]
    assert found.waits_of_hour(23) == [0, 0, 0, 0, 0, 0, 1]
    assert {hour: times.median for hour, times in found.first_by_hour.items()} == {9: 60, 10: 600}
    assert sorted(found.by_day) == [
        (monday, "console:amy"),
        (tuesday, "console:amy"),
        (tuesday, "console:ben"),
    ]
    assert team_figures(counts).accounts["console:ben"].first.number == 10
