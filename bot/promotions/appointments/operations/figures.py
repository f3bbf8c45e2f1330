"""The appointments of a day, as staff look at them (N5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import day_after, local, start_of_day
from bot.model.answer_fields import Column, Help, Internal, Table
from bot.model.contact import Contact
from bot.model.translatable import tr
from bot.operations.catalog.identities import ContactName, ContactRef
from bot.promotions.appointments.engine.declared import APPOINTMENTS, store_of
from bot.promotions.appointments.engine.held import STAYS
from bot.promotions.appointments.engine.slots import may_begin
from bot.promotions.appointments.model import Appointment, AppointmentMark, WaitingPerson
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class BookedTime:
    """One that was booked, by the clock on the wall. `is_closed`: none would begin then any more.

    Before it `has_begun` it can be moved and cancelled; then, for a week, staff say who came.
    """

    start: Annotated[datetime, Column(tr("when"))]
    end: datetime
    service: Annotated[str, Column(tr("appointment"))]
    title: str
    place: Annotated[str, Column(tr("place"))]
    store: Annotated[str, Help("The title; empty: the playbook says none.")]
    mark: AppointmentMark
    name: Annotated[ContactName, Column(tr("name"))] = field(repr=False)
    contact: Annotated[ContactRef, Column(tr("contact"))]
    appointment: Annotated[str, Column(tr("name of the appointment"))]
    is_closed: Annotated[bool, Internal()]
    has_begun: Annotated[bool, Internal()]
    may_mark: Annotated[bool, Internal()]


@dataclass(frozen=True, slots=True)
class WaitingCustomer:
    """Somebody who waits for a place, since when (local time)."""

    since: Annotated[datetime, Column(tr("waits since"))]
    service: Annotated[str, Column(tr("appointment"))]
    place: Annotated[str | None, Column(tr("place")), Help("`null`: any.")]
    name: Annotated[ContactName, Column(tr("name"))] = field(repr=False)
    contact: Annotated[ContactRef, Column(tr("contact"))]


@dataclass(frozen=True, slots=True)
class AppointmentDay:
    """Who comes on a day, and who waits for a place, by service, in order."""

    appointments: Annotated[Sequence[BookedTime], Table(tr("nobody has an appointment that day"))]
    waiting: Annotated[Sequence[WaitingCustomer], Table(tr("nobody waits for a place that day"))]


async def appointments_on(stores: Stores, playbook: Playbook, day: date, now: datetime) -> AppointmentDay:
    """Those of each service of the playbook that begin on this day. May raise `DatabaseUnavailable`."""
    zone = playbook.zone
    since, until = start_of_day(day, zone), start_of_day(day_after(day, 1), zone)
    booked = await booked_between(stores, playbook, since, until, now)
    lines = {name: await _in_line(stores, name, day) for name in APPOINTMENTS.of(playbook)}
    people = await stores.contacts.people_of({one.contact for some in lines.values() for one in some})
    return AppointmentDay(
        booked,
        [
            WaitingCustomer(
                *(local(one.wish.since, zone), name, one.wish.wanted or None),
                *(_name(people, one.contact), ContactRef(one.contact)),
            )
            for name, some in lines.items()
            for one in some
            if one.contact in people
        ],
    )


async def booked_between(
    stores: Stores, playbook: Playbook, since: datetime, until: datetime, now: datetime
) -> Sequence[BookedTime]:
    """Those that begin from `since` on and before `until`, by the services of the playbook, in order."""
    found = [await stores.of(Appointments).between(one, since, until) for one in APPOINTMENTS.of(playbook)]
    people = await stores.contacts.people_of({one.contact for some in found for one in some})
    return [_booked(playbook, one, people, now) for some in found for one in some]


def _booked(playbook: Playbook, one: Appointment, people: Mapping[str, Contact], now: datetime) -> BookedTime:
    service, zone = APPOINTMENTS.of(playbook)[one.service], playbook.zone
    return BookedTime(
        *(local(one.start, zone), local(one.end, zone), service.name, service.title, one.place),
        store_of(playbook, service.name, one.place),
        one.mark,
        name=_name(people, one.contact),
        contact=ContactRef(one.contact),
        appointment=one.id,
        is_closed=not may_begin(service, one.start, zone, one.place),
        has_begun=one.start <= now,
        may_mark=one.start <= now < one.end + STAYS,
    )


async def _in_line(stores: Stores, service: str, day: date) -> Sequence[WaitingPerson]:
    line = stores.of(PlaceWishes).in_line(service, day.isoformat())
    return [one async for one in line]


def _name(people: Mapping[str, Contact], contact: str) -> ContactName:
    return ContactName((people[contact].name if contact in people else None) or "")
