"""N5: when an appointment may begin: never outside hours, on a holiday, or at a place that is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.times.hours import Days, Hours, Window
from bot.engine.times.local_time import Duration, local, utc
from bot.promotions.appointments.engine.declared import StaffMember
from bot.promotions.appointments.engine.slots import (
    cells_of,
    free_places,
    free_starts,
    may_begin,
    may_change,
    offered_on,
    refusal_of,
    starts_on,
)
from tests.promotions.appointments.examples import ALL_WEEK, TAIPEI, open_daily, service

ZONES = [TAIPEI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu")]
NOW = datetime(2028, 2, 1, tzinfo=UTC)


def clocks(starts: list[datetime], zone: ZoneInfo = TAIPEI) -> list[str]:
    return [f"{local(one, zone):%m-%d %H:%M}" for one in starts]


def on(day: str, clock: str, zone: ZoneInfo = TAIPEI) -> datetime:
    return utc(date.fromisoformat(day), time.fromisoformat(clock), zone)


def test_one_begins_at_each_step_and_ends_before_the_closing() -> None:
    short = service(hours=open_daily(("10:00", "12:00"), ("13:00", "14:00")))
    assert clocks([*starts_on(short, date(2028, 2, 3), TAIPEI)]) == [
        *("02-03 10:00", "02-03 10:30", "02-03 11:00"),
        "02-03 13:00",
    ]


def test_windows_that_meet_are_one_opening() -> None:
    met = service(hours=open_daily(("10:00", "11:00"), ("11:00", "11:30")))
    assert clocks([*starts_on(met, date(2028, 2, 3), TAIPEI)]) == ["02-03 10:00", "02-03 10:30"]


def test_a_leap_day_is_a_day_and_a_holiday_is_none() -> None:
    hours = open_daily(("10:00", "11:00"), closed=("2028-02-28",))
    days = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    found = [clocks(free_starts(service(hours=hours), day, {}, NOW, TAIPEI)) for day in days]
    assert found == [[], ["02-29 10:00"], ["03-01 10:00"]]


def test_past_midnight_belongs_to_the_evening() -> None:
    night = service(hours=open_daily(("23:00", "01:00"), closed=("2028-02-04",)))
    assert clocks([*starts_on(night, date(2028, 2, 3), TAIPEI)])[-1] == "02-04 00:00"
    assert may_begin(night, on("2028-02-04", "00:00"), TAIPEI)
    assert not may_begin(night, on("2028-02-05", "00:00"), TAIPEI), "the evening of a holiday"


def test_an_opening_between_two_cells_begins_with_the_next() -> None:
    odd = service(hours=open_daily(("10:03", "11:04")), minutes=5, step=60)
    assert clocks([*starts_on(odd, date(2028, 2, 3), TAIPEI)]) == ["02-03 10:05"]


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (on("2028-02-01", "09:00"), "too_soon"),
        (on("2028-02-01", "11:00"), None),
        (on("2028-02-01", "11:10"), "closed"),
        (on("2028-02-01", "18:30"), "closed"),
        (on("2028-02-03", "10:30"), None),
        (on("2028-02-09", "10:00"), "too_far"),
    ],
)
def test_why_a_moment_cannot_be_booked(start: datetime, why: str | None) -> None:
    wanted = service(soonest=Duration(seconds=7200), latest=Duration(days=7))
    assert refusal_of(wanted, start, NOW, TAIPEI) == why


def test_changed_until_so_long_before() -> None:
    wanted, start = service(cancel_until=Duration(seconds=3 * 3600)), NOW + timedelta(hours=3)
    assert may_change(wanted, start, NOW, TAIPEI)
    assert not may_change(wanted, start, NOW + timedelta(seconds=1), TAIPEI)


def test_a_place_is_free_from_the_end_of_the_one_before() -> None:
    wanted, at = service(places=("小芳",)), on("2028-02-03", "11:00")
    taken = {"小芳": {*cells_of(at, 60)}}
    free = [
        one for one in starts_on(wanted, date(2028, 2, 3), TAIPEI) if free_places(wanted, one, taken, TAIPEI)
    ]
    assert clocks(free)[:2] == ["02-03 10:00", "02-03 12:00"]


minute = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))
hours_of_any_kind = st.lists(
    st.one_of(
        st.builds(
            lambda windows, days: Days(tuple(windows), frozenset(days)),
            st.lists(st.builds(Window, minute, minute), max_size=3),
            st.sets(st.sampled_from(sorted(ALL_WEEK))),
        ),
        st.builds(
            lambda day, windows: Days(tuple(windows), since=day, until=day + timedelta(days=1)),
            st.dates(date(2028, 2, 20), date(2028, 4, 10)),
            st.lists(st.builds(Window, minute, minute), max_size=2),
        ),
    ),
    min_size=1,
    max_size=4,
).map(lambda days: Hours((tuple(days),)))


@given(
    hours=hours_of_any_kind,
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2028, 2, 20), date(2028, 4, 10)),
    minutes=st.integers(1, 48).map(lambda n: 5 * n),
    step=st.integers(1, 24).map(lambda n: 5 * n),
    booked=st.lists(st.integers(0, 30), max_size=12),
)
def test_whatever_the_hours_and_whoever_books(
    hours: Hours, zone: ZoneInfo, day: date, minutes: int, step: int, booked: list[int]
) -> None:
    """Each start is open from its first minute to its last, and no place has two people at a time."""
    wanted = service(hours=hours, minutes=minutes, step=step, latest=Duration(days=90))
    starts = [*starts_on(wanted, day, zone)]
    assert starts == sorted(set(starts))
    for start in starts:
        assert may_begin(wanted, start, zone)
        assert all(hours.open_at(start + timedelta(minutes=n), zone) for n in range(minutes))
        assert hours.windows(day), "no window begins on a holiday"
    taken: dict[str, set[int]] = {}
    for number in booked:
        free = free_starts(wanted, day, taken, NOW, zone)
        assert free == [one for one in starts if free_places(wanted, one, taken, zone)]
        if not free:
            break
        start = free[number % len(free)]
        place, cells = free_places(wanted, start, taken, zone)[0], cells_of(start, minutes)
        assert len(cells) * 5 == minutes
        assert taken.setdefault(place, set()).isdisjoint(cells)
        taken[place] |= set(cells)


def test_somebody_with_hours_of_their_own_works_in_them_alone() -> None:
    """Their holidays, too: the service goes on with whoever is there."""
    half = StaffMember(open_daily(("13:00", "16:00"), closed=("2028-02-04",)), "xinyi")
    wanted = service(places=("小芳", "阿明"), members={"小芳": half, "阿明": StaffMember()})
    day = date(2028, 2, 3)
    with_her = free_starts(wanted, day, {}, NOW, TAIPEI, "小芳")
    assert clocks(with_her)[0] == "02-03 13:00"
    assert clocks(with_her)[-1] == "02-03 15:00", "it ends before she goes"
    assert clocks(free_starts(wanted, day, {}, NOW, TAIPEI))[0] == "02-03 10:00"
    ten, three = on("2028-02-03", "10:00"), on("2028-02-03", "15:00")
    assert free_places(wanted, ten, {}, TAIPEI) == ["阿明"]
    assert free_places(wanted, three, {}, TAIPEI) == ["小芳", "阿明"]
    assert refusal_of(wanted, ten, NOW, TAIPEI) is None
    assert refusal_of(wanted, ten, NOW, TAIPEI, "小芳") == "closed"
    assert free_starts(wanted, date(2028, 2, 4), {}, NOW, TAIPEI, "小芳") == [], "her day off"
    alone = service(places=("小芳",), members={"小芳": half})
    assert refusal_of(alone, ten, NOW, TAIPEI) == "closed"
    assert not [*offered_on(alone, date(2028, 2, 4), TAIPEI)]
    assert may_begin(alone, three, TAIPEI)
