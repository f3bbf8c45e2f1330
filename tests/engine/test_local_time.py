"""Durations and waits by the wall clock: clock changes, leap days, the ends of time (language, 11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.times.local_time import (
    FIRST,
    LAST,
    Duration,
    Wait,
    day_after,
    days_later,
    due_after,
    earlier,
    later,
    local,
    next_at,
    start_of_day,
    today,
    utc,
)

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = st.sampled_from((TAIPEI, BERLIN, SAO_PAULO, APIA, LORD_HOWE, ZoneInfo("UTC")))

moments = st.datetimes(timezones=st.just(UTC)).map(
    lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000)
)
years = st.datetimes(datetime(1975, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))
spans = st.builds(Duration, st.integers(0, 10**7), st.integers(0, 10**12))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        (TAIPEI, "2026-11-20 12:00", "2026-11-20 04:00"),
        (TAIPEI, "2028-02-29 00:00", "2028-02-28 16:00"),
        (BERLIN, "2026-03-29 01:59", "2026-03-29 00:59"),
        (BERLIN, "2026-03-29 02:00", "2026-03-29 01:00"),  # a gap: the next time that there is, 03:00
        (BERLIN, "2026-03-29 02:30", "2026-03-29 01:00"),
        (BERLIN, "2026-03-29 03:00", "2026-03-29 01:00"),
        (BERLIN, "2026-10-25 02:30", "2026-10-25 00:30"),  # twice: the first
        (BERLIN, "2026-10-25 03:00", "2026-10-25 02:00"),
        (SAO_PAULO, "2018-11-04 00:00", "2018-11-04 03:00"),  # that day began at 01:00
        (SAO_PAULO, "2018-02-17 23:30", "2018-02-18 01:30"),
        (APIA, "2011-12-30 12:00", "2011-12-30 10:00"),  # the day that there never was: the next midnight
        (LORD_HOWE, "2026-10-04 02:10", "2026-10-03 15:30"),  # half an hour
    ],
)
def test_a_clock_time_is_one_moment(zone: ZoneInfo, wall: str, expected: str) -> None:
    at = datetime.fromisoformat(wall)
    assert utc(at.date(), at.time(), zone) == moment(expected)


@given(years, ZONES)
def test_a_moment_is_found_again_by_its_clock(at: datetime, zone: ZoneInfo) -> None:
    """Unless it is the second of two: then it is the first."""
    wall = local(at, zone)
    again = utc(wall.date(), wall.time(), zone)
    if wall.fold:
        assert again < at
        assert local(again, zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
    else:
        assert again == at


@given(st.dates(date(1975, 1, 1), date(2045, 1, 1)), st.times(), ZONES)
def test_a_time_in_a_gap_is_the_next_that_there_is(day: date, clock: time, zone: ZoneInfo) -> None:
    found = utc(day, clock, zone)
    wall, wanted = local(found, zone).replace(tzinfo=None), datetime.combine(day, clock)
    assert wall >= wanted
    if wall > wanted:
        before = local(found - timedelta(milliseconds=1), zone).replace(tzinfo=None)
        assert before < wanted


@pytest.mark.parametrize(
    ("zone", "start", "span", "expected"),
    [
        (TAIPEI, "2026-11-20 04:00", Duration(3), "2026-11-23 04:00"),
        (BERLIN, "2026-03-28 09:00", Duration(1), "2026-03-29 08:00"),  # ten o'clock on both days
        (BERLIN, "2026-03-28 09:00", Duration(seconds=24 * 3600), "2026-03-29 09:00"),  # 24 hours are exact
        (BERLIN, "2026-03-28 01:30", Duration(1), "2026-03-29 01:00"),  # 02:30 is not there
        (BERLIN, "2026-03-28 01:30", Duration(1, 3600), "2026-03-29 02:00"),  # days first
        (BERLIN, "2026-10-25 01:30", Duration(), "2026-10-25 01:30"),  # no days: the second 02:30 stays
        (TAIPEI, "2028-02-28 16:30", Duration(365), "2029-02-27 16:30"),
    ],
)
def test_later(zone: ZoneInfo, start: str, span: Duration, expected: str) -> None:
    assert later(moment(start), span, zone) == moment(expected)


def test_earlier() -> None:
    assert earlier(moment("2026-03-29 08:00"), Duration(1, 60), BERLIN) == moment("2026-03-28 08:59")
    assert earlier(moment("2028-03-01 04:00"), Duration(1), TAIPEI) == moment("2028-02-29 04:00")


@given(moments, spans, ZONES)
def test_no_span_leaves_time(at: datetime, span: Duration, zone: ZoneInfo) -> None:
    assert FIRST <= earlier(at, span, zone) <= LAST
    assert FIRST <= later(at, span, zone) <= LAST
    if span.days > 2:  # a day at the date line is two off
        assert earlier(at, span, zone) <= at <= later(at, span, zone)


@given(st.dates(), st.integers(-(10**12), 10**12), ZONES)
def test_no_date_leaves_the_calendar(day: date, days: int, zone: ZoneInfo) -> None:
    assert date.min <= day_after(day, days) <= date.max
    assert FIRST <= start_of_day(day, zone) <= LAST


@given(st.sampled_from((FIRST, LAST, datetime.max.replace(tzinfo=UTC))), ZONES, st.times(), st.integers(0, 6))
def test_the_ends_of_time_break_nothing(at: datetime, zone: ZoneInfo, clock: time, weekday: int) -> None:
    assert today(at, zone).year in (1, 9999)
    assert next_at(at, clock, zone, weekday) <= LAST
    wait = Wait("", span=Duration(10**9), at=clock)
    assert due_after(wait, at, zone) >= at


@pytest.mark.parametrize(
    ("wait", "entered", "expected"),
    [
        (Wait("30m", span=Duration(seconds=1800)), "2026-11-20 04:00", "2026-11-20 04:30"),
        (Wait("3d", span=Duration(3)), "2026-11-20 04:00", "2026-11-23 04:00"),
        (Wait("1d at 10:00", span=Duration(1), at=time(10)), "2026-11-20 15:59", "2026-11-21 02:00"),
        (Wait("1d at 10:00", span=Duration(1), at=time(10)), "2026-11-20 16:01", "2026-11-22 02:00"),
        (Wait("2h at 10:00", span=Duration(0, 7200), at=time(10)), "2026-11-20 04:00", "2026-11-20 04:00"),
        (Wait("until 10:00", at=time(10)), "2026-11-20 01:59", "2026-11-20 02:00"),
        (Wait("until 10:00", at=time(10)), "2026-11-20 02:00", "2026-11-21 02:00"),  # strictly after
        (Wait("until mon 10:00", at=time(10), weekday=0), "2026-11-20 04:00", "2026-11-23 02:00"),
        (Wait("until fri 10:00", at=time(10), weekday=4), "2026-11-20 02:00", "2026-11-27 02:00"),
        (Wait("until fri 10:00", at=time(10), weekday=4), "2026-11-20 01:00", "2026-11-20 02:00"),
        (Wait("until …", moment=datetime(2026, 11, 21, 20)), "2026-11-20 04:00", "2026-11-21 12:00"),
        (Wait("until …", moment=datetime(2026, 11, 1, 20)), "2026-11-20 04:00", "2026-11-20 04:00"),
    ],
)
def test_when_a_wait_is_over(wait: Wait, entered: str, expected: str) -> None:
    assert due_after(wait, moment(entered), TAIPEI) == moment(expected)


@pytest.mark.parametrize(
    ("date_of", "days", "expected"),
    [
        (date(2026, 12, 1), -3, "2026-11-28 02:00"),
        (date(2026, 12, 1), 2, "2026-12-03 02:00"),
        (date(2026, 11, 22), -3, "2026-11-20 04:00"),  # passed: at once
        (date(2028, 3, 1), -1, "2028-02-29 02:00"),
        (None, -3, "2026-11-20 04:00"),
        (date.min, -3, "2026-11-20 04:00"),
    ],
)
def test_a_wait_for_a_date(date_of: date | None, days: int, expected: str) -> None:
    wait = Wait("date", at=time(10), slot="d.visit", days=days)
    assert due_after(wait, moment("2026-11-20 04:00"), TAIPEI, date_of) == moment(expected)


@given(years, ZONES, st.times(), st.none() | st.integers(0, 6))
def test_the_next_clock_time_is_the_first_after_now(
    at: datetime, zone: ZoneInfo, clock: time, weekday: int | None
) -> None:
    due = next_at(at, clock, zone, weekday)
    assert at < due <= at + timedelta(days=9)
    candidates = [
        utc(day, clock, zone)
        for n in range(-1, 10)
        if weekday in (None, (day := day_after(today(at, zone), n)).weekday())
    ]
    assert due == min(c for c in candidates if c > at)


@pytest.mark.parametrize(
    ("day", "span", "after", "before"),
    [
        (date(2026, 8, 31), Duration(months=6), date(2027, 2, 28), date(2026, 2, 28)),
        (date(2027, 8, 31), Duration(months=6), date(2028, 2, 29), date(2027, 2, 28)),
        (date(2028, 2, 29), Duration(months=12), date(2029, 2, 28), date(2027, 2, 28)),
        (date(2026, 1, 31), Duration(months=1, days=1), date(2026, 3, 1), date(2025, 12, 30)),
        (date(2026, 12, 15), Duration(months=1), date(2027, 1, 15), date(2026, 11, 15)),
        (date(9999, 12, 31), Duration(months=1), date.max, date(9999, 11, 30)),
        (date(1, 1, 31), Duration(months=1), date(1, 2, 28), date.min),
    ],
)
def test_s20_months_are_counted_first_and_the_last_day_stands_for_one_that_is_not(
    day: date, span: Duration, after: date, before: date
) -> None:
    assert days_later(day, span) == after
    assert days_later(day, span, -1) == before


@given(years, ZONES, st.integers(0, 600))
def test_a_span_of_months_keeps_the_clock_and_never_skips_a_month(
    at: datetime, zone: ZoneInfo, months: int
) -> None:
    wall, there = local(at, zone), local(later(at, Duration(months=months), zone), zone)
    if there.year < 9999:
        assert (there.year * 12 + there.month) - (wall.year * 12 + wall.month) == months
        assert there.day == wall.day or (there.date() + timedelta(days=1)).day == 1
    assert later(at, Duration(months=months), zone) <= later(at, Duration(months=months + 1), zone)


def test_a_wait_for_months_from_a_date() -> None:
    wait = Wait("date", at=time(10), slot="d.visit", months=6)
    due = due_after(wait, moment("2026-11-20 04:00"), TAIPEI, date(2026, 8, 31))
    assert due == moment("2027-02-28 02:00")
