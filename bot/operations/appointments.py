"""The appointments of a day, as staff look at them (N5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.appointment_slots import may_begin
from bot.engine.members.appointments import STAYS
from bot.engine.times.local_time import day_after, local, start_of_day
from bot.model.appointment import AppointmentMark, WaitingPerson
from bot.model.contact import Contact
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class BookedTime:
    """One that was booked, by the clock on the wall. `is_closed`: none would begin then any more.

    Before it `has_begun` it can be moved and cancelled; then, for a week, staff say who came.
    """

    id: str
    start: datetime
    end: datetime
    place: str
    contact: str
    name: str = field(repr=False)
    is_closed: bool
    has_begun: bool
    mark: AppointmentMark
    may_mark: bool


@dataclass(frozen=True, slots=True)
class WaitingCustomer:
    """Somebody on the waiting list, since when (local time); `place`: for whom, empty: anybody."""

    since: datetime
    place: str
    contact: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A service of the playbook, who comes that day, and who waits for a place, in order."""

    service: BookableService
    booked: Sequence[BookedTime]
    waiting: Sequence[WaitingCustomer] = ()


async def appointments_on(
    stores: Stores, playbook: Playbook, day: date, now: datetime
) -> Sequence[ServiceDay]:
    """Those of each service of the playbook that begin on this day. May raise `DatabaseUnavailable`."""
    zone = playbook.zone
    since, until = start_of_day(day, zone), start_of_day(day_after(day, 1), zone)
    found = {name: await stores.appointments.between(name, since, until) for name in playbook.appointments}
    lines = {name: await _in_line(stores, name, day) for name in playbook.appointments}
    booked = {one.contact for some in found.values() for one in some}
    waiting = {one.contact for some in lines.values() for one in some}
    people = await stores.contacts.people_of(booked | waiting)
    return [
        ServiceDay(
            service,
            [
                BookedTime(
                    one.id,
                    local(one.start, zone),
                    local(one.end, zone),
                    one.place,
                    one.contact,
                    _name(people, one.contact),
                    not may_begin(service, one.start, zone, one.place),
                    one.start <= now,
                    one.mark,
                    one.start <= now < one.end + STAYS,
                )
                for one in found[name]
            ],
            [
                WaitingCustomer(
                    local(one.wish.since, zone), one.wish.wanted, one.contact, _name(people, one.contact)
                )
                for one in lines[name]
                if one.contact in people
            ],
        )
        for name, service in playbook.appointments.items()
    ]


async def _in_line(stores: Stores, service: str, day: date) -> Sequence[WaitingPerson]:
    line = stores.place_wishes.in_line(service, day.isoformat())
    return [one async for one in line]


def _name(people: Mapping[str, Contact], contact: str) -> str:
    return (people[contact].name if contact in people else None) or ""
