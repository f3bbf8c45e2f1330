"""When an appointment may begin, and at which place: of hours and what is taken, nothing else (N5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import Duration, day_after, later, today
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.model import (
    Appointment,
    AppointmentAnswer,
    AppointmentRequest,
    AppointmentResult,
)

CELL_MINUTES = 5
"""A place is taken by cells of so many minutes: all lengths and steps are whole ones."""
CELL = timedelta(minutes=CELL_MINUTES)
STAFF_LATEST = Duration(days=366)
"""How long before staff book at most."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TimeRefusal: TypeAlias = Literal["closed", "too_soon", "too_far"]
Taken: TypeAlias = Mapping[str, Set[int]]
"""By place, the cells that are taken."""


def cells_of(start: datetime, minutes: int) -> range:
    """The cells that an appointment takes."""
    first = (start - EPOCH) // CELL
    return range(first, first + minutes // CELL_MINUTES)


def cells_between(start: datetime, end: datetime) -> range:
    """The cells of what takes its place from one moment until another."""
    return cells_of(start, (end - start) // timedelta(minutes=1))


def starts_on(service: BookableService, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Each moment (UTC) at which one may begin in the hours that open on this day, in order."""
    length, step = timedelta(minutes=service.minutes), timedelta(minutes=service.step)
    for opens, closes in service.hours.openings(day, zone):
        start = EPOCH + -((EPOCH - opens) // CELL) * CELL  # the first whole cell
        while start + length <= closes:
            yield start
            start += step


def works(service: BookableService, place: str, start: datetime, zone: ZoneInfo) -> bool:
    """Whether the place has no hours of its own, or the whole of the appointment is in them."""
    member = service.members.get(place)
    if member is None or member.hours is None:
        return True
    end, day = start + timedelta(minutes=service.minutes), today(start, zone)
    spans = (span for one in (day, day_after(day, -1)) for span in member.hours.openings(one, zone))
    return any(opens <= start and end <= closes for opens, closes in spans)


def places_at(service: BookableService, start: datetime, zone: ZoneInfo, wanted: str = "") -> list[str]:
    """The places that work then, in the service's order, taken or not; `wanted`: no other."""
    return [one for one in service.places if wanted in ("", one) and works(service, one, start, zone)]


def offered_on(service: BookableService, day: date, zone: ZoneInfo, wanted: str = "") -> Iterator[datetime]:
    """The moments of `starts_on` at which somebody, or who is wanted, works."""
    return (one for one in starts_on(service, day, zone) if places_at(service, one, zone, wanted))


def may_begin(service: BookableService, start: datetime, zone: ZoneInfo, wanted: str = "") -> bool:
    """Whether one may begin then by the hours: also past midnight, in those of the day before."""
    day = today(start, zone)
    return any(start in offered_on(service, one, zone, wanted) for one in (day, day_after(day, -1)))


def _bookable(
    service: BookableService, now: datetime, zone: ZoneInfo, *, by_staff: bool
) -> tuple[datetime, datetime]:
    """The first and the last moment that can be booked at `now`."""
    if by_staff:
        return now, later(now, STAFF_LATEST, zone)
    return later(now, service.soonest, zone), later(now, service.latest, zone)


def refusal_of(
    service: BookableService,
    start: datetime,
    now: datetime,
    zone: ZoneInfo,
    wanted: str = "",
    *,
    by_staff: bool = False,
) -> TimeRefusal | None:
    """Why nobody, or not even staff, can book that moment at `now`, whatever is taken; `None`: they can."""
    first, last = _bookable(service, now, zone, by_staff=by_staff)
    if start < first:
        return "too_soon"
    if start > last:
        return "too_far"
    return None if may_begin(service, start, zone, wanted) else "closed"


def free_places(
    service: BookableService, start: datetime, taken: Taken, zone: ZoneInfo, wanted: str = ""
) -> list[str]:
    """The places at which one may begin then, in the service's order; `wanted`: at no other."""
    cells = set(cells_of(start, service.minutes))
    places = places_at(service, start, zone, wanted)
    return [one for one in places if cells.isdisjoint(taken.get(one, ()))]


def free_starts(
    service: BookableService,
    day: date,
    taken: Taken,
    now: datetime,
    zone: ZoneInfo,
    wanted: str = "",
    *,
    by_staff: bool = False,
) -> list[datetime]:
    """The moments of a day that somebody, or staff, can book at `now`."""
    first, last = _bookable(service, now, zone, by_staff=by_staff)
    return [
        start
        for start in starts_on(service, day, zone)
        if first <= start <= last and free_places(service, start, taken, zone, wanted)
    ]


def appointment_at(
    service: BookableService, id_: str, contact: str, place: str, start: datetime
) -> Appointment:
    """The appointment that somebody has there from then on."""
    end = start + timedelta(minutes=service.minutes)
    return Appointment(id_, service.name, service.title, contact, place, start, end)


def move_refusal(
    service: BookableService, asked: AppointmentRequest, places: Sequence[str], zone: ZoneInfo
) -> AppointmentResult | None:
    """Why nothing is had at the time that is asked for, where these places are free; `None`: it is."""
    refused = refusal_of(service, asked.begin, asked.at, zone, asked.wanted, by_staff=asked.by_staff)
    return refused or (None if places else "full")


def booking_refusal(
    service: BookableService,
    asked: AppointmentRequest,
    coming: Sequence[Appointment],
    places: Sequence[str],
    zone: ZoneInfo,
) -> AppointmentAnswer | None:
    """The answer to who cannot book it, has these to come and found these places free; `None`: they can."""
    refused = move_refusal(service, asked, places, zone)
    if refused in (None, "full") and not asked.by_staff and len(coming) >= service.per_person:
        return AppointmentAnswer("had", coming[0])
    return None if refused is None else AppointmentAnswer(refused)


def may_change(service: BookableService, start: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether who has this appointment may still move or cancel it."""
    return later(now, service.cancel_until, zone) <= start
