"""When the person of an appointment is reminded of it, and what its news say (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.expiry import Reminder
from bot.engine.times.local_time import day_after, today, utc
from bot.model.value import Value
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.model import HeldAppointment


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
