"""When a broadcast goes out: rhythms, clock changes, quiet hours, downtimes (semantics 37; E4, I2)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.broadcasts.schedule import (
    LATEST,
    MOST_MISSED,
    begins,
    coincide,
    is_time,
    next_time,
    times_between,
    when_due,
)
from bot.engine.compiled.broadcast import WHOLE, Broadcast, Rhythm
from bot.engine.times.hours import Days, Hours, Window
from bot.engine.times.local_time import local, utc
from bot.model.place import Place
from bot.playbook.compile.times import rhythm

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = st.sampled_from((TAIPEI, BERLIN, APIA, LORD_HOWE, ZoneInfo("America/Sao_Paulo"), ZoneInfo("UTC")))
NIGHT = Hours(((Days((Window(time(21), time(9)),), frozenset(range(7))),),))
NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
rhythms = st.builds(
    Rhythm,
    st.just(""),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.frozensets(st.integers(0, 6)),
    st.none(),
) | st.builds(
    Rhythm,
    st.just(""),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.just(frozenset()),
    st.integers(1, 31),
)


def sent(
    every: str | Rhythm | None = None,
    *,
    at: datetime | None = None,
    until: datetime | None = None,
    quiet_hours: Hours | None = None,
) -> Broadcast:
    """A broadcast with these times."""
    found = rhythm(every) if isinstance(every, str) else every
    return Broadcast(
        "週報",
        Place("bot.yaml", 1, 1, ""),
        "main",
        None,
        None,
        {WHOLE: ()},
        at=at,
        every=found,
        until=until,
        quiet_hours=quiet_hours,
    )


def at(text: str, zone: ZoneInfo = TAIPEI) -> datetime:
    """A moment by the clock on the wall."""
    wall = datetime.fromisoformat(text)
    return utc(wall.date(), wall.time(), zone)


@pytest.mark.parametrize(
    ("every", "after", "following"),
    [
        ("day at 10:00", "2027-03-01 09:59", "2027-03-01 10:00"),
        ("day at 10:00", "2027-03-01 10:00", "2027-03-02 10:00"),
        ("week on mon,thu at 10:00", "2027-03-01 10:00", "2027-03-04 10:00"),
        ("week on fri-mon at 10:00", "2027-03-01 10:00", "2027-03-05 10:00"),
        ("month on 1 at 11:00", "2027-03-01 11:00", "2027-04-01 11:00"),
        ("month on 31 at 11:00", "2027-01-31 11:00", "2027-02-28 11:00"),
        ("month on 31 at 11:00", "2027-02-28 11:00", "2027-03-31 11:00"),
        ("month on 30 at 00:00", "2028-01-31 00:00", "2028-02-29 00:00"),
        ("month on 31 at 23:59", "2027-12-31 23:59", "2028-01-31 23:59"),
    ],
)
def test_s37_the_next_time(every: str, after: str, following: str) -> None:
    """I2: a month without the day has its last day."""
    assert next_time(sent(every), at(after), TAIPEI) == at(following)


def test_s37_once_by_hand_and_until() -> None:
    once = sent(at=NOON)
    assert next_time(once, NOON - MINUTE, TAIPEI) == NOON
    assert next_time(once, NOON, TAIPEI) is None
    assert next_time(sent(), NOON, TAIPEI) is None
    daily = sent("day at 10:00", until=at("2027-03-03 10:00"))
    assert next_time(daily, at("2027-03-01 10:00"), TAIPEI) == at("2027-03-02 10:00")
    assert next_time(daily, at("2027-03-02 10:00"), TAIPEI) is None, "until is not included"


@pytest.mark.parametrize(
    ("clock", "zone", "after", "found"),
    [
        ("02:30", BERLIN, "2027-03-27 12:00", "2027-03-28 01:00"),  # 02:00 to 03:00 does not exist
        ("02:30", BERLIN, "2027-10-30 12:00", "2027-10-31 00:30"),  # exists twice: the first
        ("10:00", APIA, "2011-12-29 10:00", "2011-12-30 10:00"),  # the 30th does not exist: 2011-12-31 00:00
    ],
)
def test_s37_where_clocks_are_changed(clock: str, zone: ZoneInfo, after: str, found: str) -> None:
    """language 11: a time that does not exist is the next that does, of one that exists twice the first."""
    expected = datetime.fromisoformat(found).replace(tzinfo=UTC)
    assert next_time(sent(f"day at {clock}"), at(after, zone), zone) == expected


@given(rhythms, moments, ZONES)
def test_s37_each_time_is_later_and_named_by_the_rhythm(
    every: Rhythm, after: datetime, zone: ZoneInfo
) -> None:
    """Whatever the zone does to its clocks: strictly later, within a month and some, and one of its times."""
    broadcast = sent(every)
    found = next_time(broadcast, after, zone)
    assert found is not None
    assert after < found <= after + timedelta(days=33)
    assert is_time(broadcast, found, zone)
    wall = local(found, zone)
    if wall.time().replace(second=0, microsecond=0) == every.at:
        assert not every.weekdays or wall.weekday() in every.weekdays
        assert every.day is None or wall.day == every.day or (wall + timedelta(days=1)).day == 1


@given(rhythms, moments, st.integers(0, 60 * 24 * 40), ZONES)
def test_s37_no_time_is_left_out_between_two_looks(
    every: Rhythm, after: datetime, minutes: int, zone: ZoneInfo
) -> None:
    """Looked at once or in two halves, the same times are found: none is lost, none comes twice."""
    broadcast, last = sent(every), after + timedelta(minutes=minutes)
    middle = after + (last - after) / 2
    whole = times_between(broadcast, after, last, zone)
    assert whole == times_between(broadcast, after, middle, zone) + times_between(
        broadcast, middle, last, zone
    )


def test_s37_after_a_long_downtime_the_last_are_listed() -> None:
    found = times_between(sent("day at 10:00"), NOON, NOON + timedelta(days=500), TAIPEI)
    assert len(found) == MOST_MISSED
    assert found[-1] == at("2028-07-13 10:00")


def test_s37_up_to_an_hour_late_it_is_sent_and_then_missed() -> None:
    """I4: a downtime, or a clock that jumps, over the moment."""
    once = sent(at=NOON)
    assert when_due(once, NOON, NOON - MINUTE, TAIPEI) == "to come"
    assert when_due(once, NOON, NOON, TAIPEI) == "due"
    assert when_due(once, NOON, NOON + LATEST, TAIPEI) == "due"
    assert when_due(once, NOON, NOON + LATEST + MINUTE, TAIPEI) == "missed"


def test_s37_quiet_hours_hold_it_and_lateness_counts_from_their_end() -> None:
    late = sent(at=at("2027-03-01 22:00"), quiet_hours=NIGHT)
    nine = at("2027-03-02 09:00")
    assert begins(late, at("2027-03-01 22:00"), TAIPEI) == nine
    assert when_due(late, at("2027-03-01 22:00"), at("2027-03-02 08:59"), TAIPEI) == "to come"
    assert when_due(late, at("2027-03-01 22:00"), nine, TAIPEI) == "due"
    assert when_due(late, at("2027-03-01 22:00"), nine + HOUR + MINUTE, TAIPEI) == "missed"
    assert begins(late, at("2027-03-01 12:00"), TAIPEI) == at("2027-03-01 12:00")


def test_s37_of_two_times_that_quiet_hours_hold_together_only_the_last_goes_out() -> None:
    """Nobody gets one broadcast twice at once."""
    weekend = Hours(((Days((Window(time(0), time(0)),), frozenset({5, 6})),),))
    daily = sent("day at 10:00", quiet_hours=weekend)
    saturday, sunday, monday = (at(f"2027-03-0{day} 10:00") for day in (6, 7, 8))
    midnight = at("2027-03-08 00:00")
    assert when_due(daily, saturday, sunday - MINUTE, TAIPEI) == "to come"
    assert when_due(daily, saturday, sunday, TAIPEI) == "missed"
    assert when_due(daily, saturday, midnight, TAIPEI) == "missed"
    assert when_due(daily, sunday, midnight, TAIPEI) == "due"
    assert when_due(daily, monday, midnight, TAIPEI) == "to come"


def test_quiet_hours_that_never_end_miss_it() -> None:
    always = Hours(((Days((Window(time(0), time(0)),), frozenset(range(7))),),))
    assert when_due(sent(at=NOON, quiet_hours=always), NOON, NOON + HOUR, TAIPEI) == "missed"


@given(rhythms, moments, st.integers(-100, 10_000), ZONES)
def test_s37_what_is_due_or_missed_never_comes_again(
    every: Rhythm, after: datetime, minutes: int, zone: ZoneInfo
) -> None:
    """As time goes on a time is to come, then due, then missed, and never goes back."""
    broadcast = sent(every, quiet_hours=NIGHT)
    moment = next_time(broadcast, after, zone)
    assert moment is not None
    order = ["to come", "due", "missed"]
    now = moment + timedelta(minutes=minutes)
    first, then = when_due(broadcast, moment, now, zone), when_due(broadcast, moment, now + MINUTE, zone)
    assert order.index(first) <= order.index(then)


def test_two_that_go_out_at_the_same_minute() -> None:
    first = at("2027-03-04 10:00")
    assert coincide(sent(at=NOON), sent(at=NOON), NOON - HOUR, TAIPEI) == NOON
    assert coincide(sent(at=NOON), sent(at=NOON), NOON, TAIPEI) is None, "it is over"
    assert coincide(sent(at=NOON), sent(at=NOON + MINUTE), NOON - HOUR, TAIPEI) is None
    assert coincide(sent(at=first), sent("week on thu at 10:00"), NOON, TAIPEI) == first
    assert coincide(sent("week on thu at 10:00"), sent(at=first), NOON, TAIPEI) == first
    assert coincide(sent("week on thu at 10:00"), sent("week on fri at 10:00"), NOON, TAIPEI) is None
    assert coincide(sent("week on thu at 10:00"), sent("month on 1 at 10:00"), NOON, TAIPEI) == at(
        "2027-04-01 10:00"
    )
    assert coincide(sent("month on 30 at 10:00"), sent("month on 31 at 10:00"), NOON, TAIPEI) == at(
        "2027-04-30 10:00"
    )
    assert coincide(sent(), sent(at=NOON), NOON - HOUR, TAIPEI) is None
    assert coincide(sent("day at 10:00", until=first), sent(at=first), NOON, TAIPEI) is None
