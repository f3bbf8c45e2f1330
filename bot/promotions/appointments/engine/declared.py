"""A service that people make appointments for, compiled (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.times.expiry import Reminder
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import Duration, day_after, today, utc
from bot.model.place import Place
from bot.model.value import Value
from bot.promotions.appointments.model import KIND, HeldAppointment


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works only in `hours` of their own (`None`: whenever it is offered), in a `store`."""

    hours: Hours | None = None
    store: str = ""


@dataclass(frozen=True, slots=True)
class BookableService:
    """What an appointment is for (`title`), how long it takes, and when it may begin.

    One begins every `step` minutes from each opening of `hours` on, and ends before the closing. `places`
    are the seats or staff, each of which has one person at a time; services may share them. Booked no
    sooner than `soonest` before, no earlier than `latest`; moved or cancelled until `cancel_until` before.
    `per_person`: how many one person has to come. `staffed`: its places are people with names, and `members`
    what is said of each. `remind`: when `soon` is news, on a day before at a time, or so long before.
    `waiting`: people can wait for a place on a day that is full; so long after one of them was told of it
    the next one is.
    """

    name: str
    title: str
    hours: Hours
    minutes: int
    step: int
    places: tuple[str, ...]
    soonest: Duration
    latest: Duration
    cancel_until: Duration
    per_person: int
    place: Place
    staffed: bool = False
    remind: Reminder | timedelta | None = None
    waiting: timedelta | None = None
    members: Mapping[str, StaffMember] = field(default_factory=dict)


APPOINTMENTS = PromotionSection[BookableService](KIND.section)


def appointment_reminder(
    service: BookableService | None, held: HeldAppointment, zone: ZoneInfo
) -> datetime | None:
    """When they are still to be reminded; `None`: never, or that is done."""
    if service is None or held.reminded:
        return None
    return reminder_of_start(service.remind, held.start, zone)


def reminder_of_start(
    remind: Reminder | timedelta | None, start: datetime, zone: ZoneInfo
) -> datetime | None:
    """When people are reminded of what begins then; `None`: never, or it would have begun."""
    if remind is None or isinstance(remind, timedelta):
        return None if remind is None else start - remind
    moment = utc(day_after(today(start, zone), -remind.days_before), remind.at, zone)
    return moment if moment < start else None


def held_fields(held: HeldAppointment) -> Mapping[str, Value]:
    """What news of an appointment say of it."""
    return {"title": held.title, "place": held.place, "start": held.start, "end": held.end}


def store_of(playbook: Playbook, service: str, place: str) -> str:
    """The title of the store where that place is; empty: nobody has said."""
    known = APPOINTMENTS.of(playbook).get(service)
    member = None if known is None else known.members.get(place)
    store = None if member is None else playbook.stores.get(member.store)
    return "" if store is None else store.title
