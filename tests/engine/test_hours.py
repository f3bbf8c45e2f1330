"""Hours: weekdays, dates, midnight, and days on which clocks are changed (language, section 11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.times.hours import HORIZON, WHOLE_DAY, Days, Hours, Window
from bot.engine.times.local_time import FIRST, LAST, day_after, today, utc
from tests.depth import examples

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
WEEKDAYS = frozenset(range(5))
ALL_DAYS = frozenset(range(7))


def window(text: str) -> Window:
    start, end = text.split("-")
    return Window(time.fromisoformat(start), time.fromisoformat(end))


def on(days: frozenset[int], *windows: str) -> Days:
    return Days(tuple(window(w) for w in windows), days)


def dated(since: str, until: str, *windows: str) -> Days:
    return Days(
        tuple(window(w) for w in windows), since=date.fromisoformat(since), until=date.fromisoformat(until)
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = Hours(((on(WEEKDAYS, "09:30-12:00", "13:00-18:30"), dated("2027-02-06", "2027-02-12")),))
ONCE = Hours(((dated("2027-11-01", "2027-11-01", "09:00-10:00"),),))
NIGHT = Hours(((on(ALL_DAYS, "21:00-09:00"),),))


@pytest.mark.parametrize(
    ("hours", "at", "open_"),
    [
        (OFFICE, "2026-11-20 01:29", False),
        (OFFICE, "2026-11-20 01:30", True),
        (OFFICE, "2026-11-20 04:00", False),  # the end is not included
        (OFFICE, "2026-11-20 05:00", True),
        (OFFICE, "2026-11-21 05:00", False),  # Saturday
        (OFFICE, "2027-02-08 05:00", False),  # a date beats a weekday
        (OFFICE, "2027-02-15 05:00", True),
        (NIGHT, "2026-11-20 12:59", False),
        (NIGHT, "2026-11-20 13:00", True),
        (NIGHT, "2026-11-21 00:59", True),
        (NIGHT, "2026-11-21 01:00", False),
        (Hours(()), "2026-11-20 05:00", False),
    ],
)
def test_open_or_closed(hours: Hours, at: str, open_: bool) -> None:
    assert hours.open_at(moment(at), TAIPEI) is open_


def test_a_window_across_midnight_belongs_to_the_day_it_begins() -> None:
    """Friday's night goes on into a Saturday that has none, and into a closed date."""
    friday = Hours(((on(frozenset({4}), "22:00-02:00"), dated("2026-11-21", "2026-11-21")),))
    assert friday.open_at(moment("2026-11-20 17:59"), TAIPEI)
    assert not friday.open_at(moment("2026-11-20 18:00"), TAIPEI)
    assert not friday.open_at(moment("2026-11-21 14:00"), TAIPEI)
    saturday = Hours(((on(ALL_DAYS, "22:00-02:00"), dated("2026-11-20", "2026-11-20")),))
    assert not saturday.open_at(moment("2026-11-20 17:00"), TAIPEI)


def test_any_of_the_parts() -> None:
    """A date in one part does not close another one."""
    both = Hours((*OFFICE.parts, (dated("2027-02-08", "2027-02-08", "10:00-11:00"),)))
    assert both.open_at(moment("2027-02-08 02:30"), TAIPEI)
    assert not both.open_at(moment("2027-02-08 05:00"), TAIPEI)


def test_29_february() -> None:
    leap = Hours(((Days((WHOLE_DAY,), since=date(2028, 2, 29), until=date(2028, 2, 29)),),))
    assert leap.next_change(moment("2028-01-01 00:00"), TAIPEI) == moment("2028-02-28 16:00")
    assert leap.open_at(moment("2028-02-29 15:59"), TAIPEI)
    assert leap.next_change(moment("2028-02-29 15:59"), TAIPEI) == moment("2028-02-29 16:00")
    assert not leap.open_at(moment("2028-02-29 16:00"), TAIPEI)


@pytest.mark.parametrize(
    ("zone", "windows", "at", "open_"),
    [
        (BERLIN, "02:15-02:45", "2026-03-29 01:00", False),  # not there that day
        (BERLIN, "01:00-02:30", "2026-03-29 00:59", True),
        (BERLIN, "01:00-02:30", "2026-03-29 01:00", False),  # ends with the gap
        (BERLIN, "02:30-04:00", "2026-03-29 01:00", True),  # begins behind the gap
        (BERLIN, "01:00-02:30", "2026-10-25 00:29", True),
        (BERLIN, "01:00-02:30", "2026-10-25 01:29", False),  # 02:29 for the second time
        (BERLIN, "02:30-04:00", "2026-10-25 01:10", True),  # 02:10 for the second time: it stays open
        (SAO_PAULO, "00:00-08:00", "2018-11-04 03:00", True),  # the day begins at 01:00
        (SAO_PAULO, "22:00-00:30", "2018-11-04 02:59", True),
        (SAO_PAULO, "22:00-00:30", "2018-11-04 03:00", False),
    ],
)
def test_where_clocks_are_changed_a_window_opens_and_closes_once(
    zone: ZoneInfo, windows: str, at: str, open_: bool
) -> None:
    assert Hours(((on(ALL_DAYS, windows),),)).open_at(moment(at), zone) is open_


@pytest.mark.parametrize(
    ("hours", "at", "change"),
    [
        (OFFICE, "2026-11-20 02:00", "2026-11-20 04:00"),
        (OFFICE, "2026-11-20 04:00", "2026-11-20 05:00"),
        (OFFICE, "2026-11-20 11:00", "2026-11-23 01:30"),  # over the week-end
        (OFFICE, "2027-02-05 11:00", "2027-02-15 01:30"),  # over the holidays
        (NIGHT, "2026-11-20 20:00", "2026-11-21 01:00"),
        (Hours(((on(WEEKDAYS, "09:00-12:00", "12:00-18:00"),),)), "2026-11-20 02:00", "2026-11-20 10:00"),
        (Hours(((Days((WHOLE_DAY,), WEEKDAYS),),)), "2026-11-17 02:00", "2026-11-20 16:00"),
        (Hours(((dated("2030-01-01", "2030-01-01", "09:00-10:00"),),)), "2026-11-20 02:00", None),
        (ONCE, "2026-11-20 02:00", "2027-11-01 01:00"),
        (Hours(()), "2026-11-20 02:00", None),
        (Hours(((Days((WHOLE_DAY,), ALL_DAYS),),)), "2026-11-20 02:00", None),
    ],
)
def test_the_next_change(hours: Hours, at: str, change: str | None) -> None:
    assert hours.next_change(moment(at), TAIPEI) == (None if change is None else moment(change))


def test_that_nothing_changes_is_asked_anew_the_next_day() -> None:
    """The long search is remembered for a day, not for ever, and not for a moment before it."""
    far = date(2026, 11, 20) + timedelta(days=HORIZON + 5)
    hours = Hours(((Days((WHOLE_DAY,), since=far, until=far),),))
    now = moment("2026-11-20 04:00")
    assert hours.next_change(now, TAIPEI) is None
    assert hours.next_change(now + timedelta(hours=23), TAIPEI) is None
    opens = utc(far, time(0), TAIPEI)
    assert hours.next_change(now + timedelta(days=10), TAIPEI) == opens
    once = Hours(((dated("2026-11-20", "2026-11-20", "09:00-10:00"),),))
    assert once.next_change(now, TAIPEI) is None
    assert once.next_change(moment("2026-11-20 00:00"), TAIPEI) == moment("2026-11-20 01:00")


clocks = st.sampled_from([time(h, m) for h in (0, 1, 2, 3, 9, 12, 21, 23) for m in (0, 30)])
windows = st.builds(Window, clocks, clocks)
days = st.builds(Days, st.lists(windows, max_size=2).map(tuple), st.frozensets(st.integers(0, 6), min_size=1))
START = date(2026, 3, 20)


@st.composite
def dates(draw: st.DrawFn) -> Days:
    since = START + timedelta(days=draw(st.integers(0, 15)))
    until = since + timedelta(days=draw(st.integers(0, 5)))
    return Days(tuple(draw(st.lists(windows, max_size=2))), since=since, until=until)


anything = st.builds(
    Hours, st.lists(st.lists(days | dates(), min_size=1, max_size=3).map(tuple), max_size=2).map(tuple)
)
zones = st.sampled_from((TAIPEI, BERLIN, SAO_PAULO))
instants = st.integers(0, 20 * 24 * 60).map(lambda n: moment("2026-03-20 00:00") + timedelta(minutes=n))


def plainly_open(hours: Hours, at: datetime, zone: ZoneInfo) -> bool:
    """The definition, day by day, with no memory and no short cut."""
    for back in range(3):
        day = day_after(today(at, zone), 1 - back)
        for part in hours.parts:
            exact = [d for d in part if d.since is not None and d.concern(day)]
            for chosen in exact or [d for d in part if d.since is None and d.concern(day)]:
                for w in chosen.windows:
                    end_day = day_after(day, 1) if w.end <= w.start else day
                    if utc(day, w.start, zone) <= at < utc(end_day, w.end, zone):
                        return True
    return False


@settings(max_examples=examples(300))
@given(anything, instants, zones)
def test_open_is_what_the_definition_says(hours: Hours, at: datetime, zone: ZoneInfo) -> None:
    assert hours.open_at(at, zone) is plainly_open(hours, at, zone)


@settings(max_examples=examples(150))
@given(anything, instants, zones)
def test_nothing_changes_before_the_next_change(hours: Hours, at: datetime, zone: ZoneInfo) -> None:
    change = hours.next_change(at, zone)
    now = plainly_open(hours, at, zone)
    last = at + timedelta(days=12)
    if change is not None:
        assert change > at
        assert plainly_open(hours, change, zone) is not now
        last = min(last, change)
    step = at
    while step < last:
        assert plainly_open(hours, step, zone) is now, step
        step += timedelta(minutes=30)


@settings(max_examples=examples(100))
@given(anything, instants, zones, st.integers(1, 30))
def test_open_for_so_long_is_counted_in_open_time_alone(
    hours: Hours, at: datetime, zone: ZoneInfo, halves: int
) -> None:
    """E6: as half an hour by half an hour counts it, within twelve days."""
    half = timedelta(minutes=30)
    since = at - timedelta(minutes=at.minute % 30)
    when = hours.when_open_for(half * halves, since, zone)
    last = since + timedelta(days=12)
    step = since
    while halves and step < last:
        halves -= plainly_open(hours, step, zone)
        step += half
    assert when == step if not halves else when is None or when > last


@given(anything, st.sampled_from((FIRST, LAST, datetime.max.replace(tzinfo=UTC))), zones)
def test_the_ends_of_time_break_nothing(hours: Hours, at: datetime, zone: ZoneInfo) -> None:
    assert hours.open_at(at, zone) in (True, False)
    change = hours.next_change(at, zone)
    assert change is None or change > at


def test_hours_are_equal_by_what_they_say() -> None:
    """What they remember is not part of them: a playbook is compared and hashed."""
    one, other = Hours(OFFICE.parts), Hours(OFFICE.parts)
    one.open_at(moment("2026-11-20 02:00"), TAIPEI)
    assert one == other
    assert hash(one) == hash(other)
