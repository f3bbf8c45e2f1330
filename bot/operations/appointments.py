"""The appointments of a day, as staff look at them (N5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.appointment_slots import may_begin
from bot.engine.members.appointments import STAYS
from bot.engine.times.local_time import day_after, local, start_of_day
from bot.model.appointment import AppointmentMark
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
class ServiceDay:
    """A service of the playbook, and who comes that day, in order."""

    service: BookableService
    booked: Sequence[BookedTime]


async def appointments_on(
    stores: Stores, playbook: Playbook, day: date, now: datetime
) -> Sequence[ServiceDay]:
    """Those of each service of the playbook that begin on this day. May raise `DatabaseUnavailable`."""
    zone = playbook.zone
    since, until = start_of_day(day, zone), start_of_day(day_after(day, 1), zone)
    found = {name: await stores.appointments.between(name, since, until) for name in playbook.appointments}
    people = await stores.contacts.people_of({one.contact for some in found.values() for one in some})
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
                    (people[one.contact].name if one.contact in people else None) or "",
                    not may_begin(service, one.start, zone),
                    one.start <= now,
                    one.mark,
                    one.start <= now < one.end + STAYS,
                )
                for one in found[name]
            ],
        )
        for name, service in playbook.appointments.items()
    ]
