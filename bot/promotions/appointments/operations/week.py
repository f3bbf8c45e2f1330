"""A week of appointments, for each who serves: what is booked, and when one can still begin (N5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.hours import Span
from bot.engine.times.local_time import day_after, start_of_day
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.slots import Taken, free_starts, offered_on
from bot.promotions.appointments.model import Appointment
from bot.promotions.appointments.operations.figures import BookedTime, booked_between
from bot.promotions.appointments.operations.times import LONGEST
from bot.promotions.appointments.store.appointments import Appointments
from bot.store.stores import Stores

DAYS = 7
SHORTEST = timedelta(minutes=15)
"""Two free times of a lane are so far apart at least: between them nobody could press."""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One of these services can begin at `start`; `end`: so far the time is drawn (UTC)."""

    start: datetime
    end: datetime
    services: Sequence[str]


@dataclass(frozen=True, slots=True)
class WeekLane:
    """A place on a day: when it is open by the hours, what is booked, and what is free."""

    place: str
    open: Sequence[Span]
    booked: Sequence[BookedTime]
    free: Sequence[FreeTime]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """The places that are open on a day, or have an appointment then; none: it is closed."""

    day: date
    lanes: Sequence[WeekLane]


@dataclass(frozen=True, slots=True)
class WeekFilter:
    """Of one service or all (empty), of one place or all. `moving`: free is where this one may go."""

    service: str = ""
    place: str = ""
    moving: Appointment | None = None


ALL = WeekFilter()


async def appointment_week(
    stores: Stores, playbook: Playbook, first: date, now: datetime, shown: WeekFilter = ALL
) -> Sequence[WeekDay]:
    """The seven days from `first` on, as staff can book them. May raise `DatabaseUnavailable`."""
    services = [one for one in APPOINTMENTS.of(playbook).values() if shown.service in ("", one.name)]
    since = start_of_day(first, playbook.zone)
    until = start_of_day(day_after(first, DAYS), playbook.zone)
    by_lane = defaultdict[tuple[date, str], list[BookedTime]](list)
    for one in await booked_between(stores, playbook, since, until, now):
        by_lane[one.start.date(), one.place].append(one)
    taken = await _taken(stores, services, since, until + LONGEST, shown.moving)
    week = _Week(playbook, services, taken, now, shown.moving)
    places = dict.fromkeys(one for some in services for one in some.places if shown.place in ("", one))
    days = (day_after(first, number) for number in range(DAYS))
    return [
        WeekDay(day, [lane for one in places if (lane := week.lane(day, one, by_lane[day, one])) is not None])
        for day in days
    ]


async def _taken(
    stores: Stores,
    services: Sequence[BookableService],
    since: datetime,
    until: datetime,
    moving: Appointment | None,
) -> Taken:
    """By place, whatever service takes it."""
    found: dict[str, frozenset[int]] = {}
    for one in services:
        if not found.keys() >= {*one.places}:
            some = await stores.of(Appointments).taken(one, since, until, moving.id if moving else "")
            found |= {place: frozenset(some.get(place, ())) for place in one.places}
    return found


@dataclass(frozen=True, slots=True)
class _Week:
    """What is known of the whole week."""

    playbook: Playbook
    services: Sequence[BookableService]
    taken: Taken
    now: datetime
    moving: Appointment | None

    def lane(self, day: date, place: str, booked: Sequence[BookedTime]) -> WeekLane | None:
        """`None`: it is closed, and nobody comes."""
        here = [one for one in self.services if place in one.places]
        opened = _joined(
            (start, start + timedelta(minutes=one.minutes))
            for one in here
            for start in offered_on(one, day, self.playbook.zone, place)
        )
        if not opened and not booked:
            return None
        moving = self.moving
        may_go = here if moving is None else [one for one in here if one.name == moving.service]
        in_order = sorted(booked, key=lambda one: one.start)
        return WeekLane(place, opened, in_order, self._free(day, place, may_go))

    def _free(self, day: date, place: str, services: Sequence[BookableService]) -> Sequence[FreeTime]:
        by_start = defaultdict[datetime, list[BookableService]](list)
        for one in services:
            for start in free_starts(
                one, day, self.taken, self.now, self.playbook.zone, place, by_staff=True
            ):
                by_start[start].append(one)
        found: list[FreeTime] = []
        for start in sorted(by_start):
            if found and start < found[-1].start + SHORTEST:
                continue
            if found and start < found[-1].end:
                found[-1] = FreeTime(found[-1].start, start, found[-1].services)
            there = by_start[start]
            length = timedelta(minutes=min(min(one.step, one.minutes) for one in there))
            end = start + max(length, min(SHORTEST, timedelta(minutes=min(one.minutes for one in there))))
            found.append(FreeTime(start, end, [one.name for one in there]))
        return found


def _joined(spans: Iterable[Span]) -> Sequence[Span]:
    """The same without overlaps, in order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
