"""When an appointment can be had, day by day: for the customer's page and for staff (N5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import day_after, later, start_of_day, today
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.slots import (
    STAFF_LATEST,
    Taken,
    free_places,
    free_starts,
    offered_on,
    refusal_of,
)

DAYS = 14
"""How many days are looked at together."""
LONGEST = timedelta(days=1)
"""One that begins on a day has ended so long after it."""


class TakenPlaces(Protocol):
    """Where appointments are: `bot.promotions.appointments.store.appointments.Appointments`."""

    async def taken(
        self, service: BookableService, since: datetime, until: datetime, but: str = ""
    ) -> Taken: ...


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which the service is offered, and when one can still begin (UTC)."""

    day: date
    starts: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class FreeDays:
    """`more`: the first day behind these, `None`: that cannot be booked yet."""

    days: Sequence[FreeDay]
    more: date | None


async def free_days(
    appointments: TakenPlaces,
    service: BookableService,
    since: date,
    now: datetime,
    zone: ZoneInfo,
    wanted: str = "",
    moving: str = "",
    *,
    by_staff: bool = False,
) -> FreeDays:
    """Two weeks from this day on. `wanted`: with this one alone; `moving`: the appointment that would move.

    May raise `DatabaseUnavailable`.
    """
    latest = STAFF_LATEST if by_staff else service.latest
    first, last = max(since, today(now, zone)), today(later(now, latest, zone), zone)
    days = [day for day in (day_after(first, number) for number in range(DAYS)) if day <= last]
    if not days:
        return FreeDays((), None)
    since_moment = start_of_day(days[0], zone)
    until = start_of_day(day_after(days[-1], 1), zone) + LONGEST
    taken = await appointments.taken(service, since_moment, until, moving)
    offered = [day for day in days if any(now < start for start in offered_on(service, day, zone, wanted))]
    found = [
        FreeDay(day, free_starts(service, day, taken, now, zone, wanted, by_staff=by_staff))
        for day in offered
    ]
    behind = day_after(days[-1], 1)
    return FreeDays(found, behind if behind <= last else None)


async def startable(
    appointments: TakenPlaces,
    service: BookableService,
    start: datetime,
    now: datetime,
    zone: ZoneInfo,
    wanted: str,
) -> bool:
    """Whether staff can book one for `start`, with this one alone. May raise `DatabaseUnavailable`."""
    if wanted and wanted not in service.places:
        return False
    if refusal_of(service, start, now, zone, wanted, by_staff=True) is not None:
        return False
    taken = await appointments.taken(service, start, start + timedelta(minutes=service.minutes))
    return bool(free_places(service, start, taken, zone, wanted))
