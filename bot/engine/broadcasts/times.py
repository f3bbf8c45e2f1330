"""When a broadcast goes out: its next time, and what becomes of one that came meanwhile (semantics 37).

Pure. All moments are UTC; days and times of day are those of the playbook's zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.broadcast import Broadcast, Rhythm
from bot.engine.times.local_time import LAST, day_after, month_after, today, utc

LATEST = timedelta(hours=1)
"""How late a sending still begins; after that its time is missed."""

MOST_MISSED = 100
"""Times of one broadcast that are listed as missed after one downtime; of more, the last ones."""

WhenDue: TypeAlias = Literal["to come", "due", "missed"]
_LONGEST_SEARCH = timedelta(days=400)


def next_time(broadcast: Broadcast, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Its first time after this moment, `None` where it has none: it is sent by hand, or its time is over."""
    if broadcast.at is not None:
        return broadcast.at if broadcast.at > after else None
    if broadcast.every is None:
        return None
    found = _next(broadcast.every, after, zone)
    over = broadcast.until is not None and found is not None and found >= broadcast.until
    return None if over else found


def is_time(broadcast: Broadcast, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether this moment is one of its times."""
    return next_time(broadcast, moment - timedelta(microseconds=1), zone) == moment


def times_between(broadcast: Broadcast, after: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """Its times after one moment and until another (included): the last `MOST_MISSED` of them."""
    return list(takewhile(lambda moment: moment <= last, _times(broadcast, after, zone)))[-MOST_MISSED:]


def begins(broadcast: Broadcast, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """When the sending for this time may begin: at once, or as quiet hours end; `None`: not within a year."""
    quiet = broadcast.quiet_hours
    if quiet is None or not quiet.open_at(moment, zone):
        return moment
    return quiet.next_change(moment, zone)


def when_due(
    broadcast: Broadcast, moment: datetime, now: datetime, zone: ZoneInfo, *, by_hand: bool = False
) -> WhenDue:
    """What is to be done now with its time `moment`, for which nothing was sent yet.

    One of its own times is also missed where the next one begins as soon: nobody gets one broadcast twice at
    once. `by_hand`: somebody has ordered it at that moment.
    """
    first = begins(broadcast, moment, zone)
    if first is None:
        return "missed" if moment <= now else "to come"
    following = None if by_hand else next_time(broadcast, moment, zone)
    if following is not None and following <= first and now >= following:
        return "missed"
    if now < first:
        return "to come"
    return "due" if now <= first + LATEST else "missed"


def coincide(one: Broadcast, other: Broadcast, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment to come, within a year or so, at which both go out."""
    if one.every is not None and other.every is not None and one.every.at != other.every.at:
        return None
    rare, often = (one, other) if one.at is not None else (other, one)
    until = now + _LONGEST_SEARCH
    coming = takewhile(lambda moment: moment <= until or rare.at is not None, _times(rare, now, zone))
    return next((moment for moment in coming if is_time(often, moment, zone)), None)


def _times(broadcast: Broadcast, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    moment = next_time(broadcast, after, zone)
    while moment is not None:
        yield moment
        moment = next_time(broadcast, moment, zone)


def _next(every: Rhythm, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Its first time after this moment: `None` at the end of the calendar."""
    day = day_after(today(after, zone), -2)  # a time that does not exist may lie on the day after its own
    while day < date.max:
        day = _next_day(every, day)
        moment = utc(day, every.at, zone)
        if moment > after:
            return moment if moment < LAST else None
    return None


def _next_day(every: Rhythm, day: date) -> date:
    """The first day behind this one that it names."""
    if every.day is not None:
        named = _in_month(day.replace(day=1), every.day)
        return named if named > day else _in_month(month_after(day.replace(day=1), 1), every.day)
    following = day_after(day, 1)
    while every.weekdays and following.weekday() not in every.weekdays and following < date.max:
        following = day_after(following, 1)
    return following


def _in_month(first: date, day: int) -> date:
    """That day of the month that begins on `first`, or its last day."""
    return min(day_after(first, day - 1), day_after(month_after(first, 1), -1))
