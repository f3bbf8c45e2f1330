"""Appointments as calendars: of a service or all for staff, and one for its person (N5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry, AuditKind
from bot.operations.audit_trail import audited
from bot.operations.icalendar import CalendarEvent, calendar_text
from bot.operations.simulated_time import now_among
from bot.promotions.appointments.engine.declared import APPOINTMENTS, store_of
from bot.promotions.appointments.model import Appointment
from bot.promotions.appointments.store.appointments import Appointments, RecordedAppointment
from bot.promotions.appointments.store.calendar_addresses import CalendarAddresses
from bot.store.stores import Stores

BEHIND, AHEAD = timedelta(days=30), timedelta(days=366)
EVENTS_MOST = 5_000
"""Of a calendar, the first."""


async def staff_calendar(stores: Stores, playbook: Playbook, service: str, now: datetime) -> bytes:
    """The appointments of a service (empty: of all) from a month ago on, with names and no numbers.

    May raise `DatabaseUnavailable`.
    """
    services = [service] if service else [*APPOINTMENTS.of(playbook)]
    rows = await stores.of(Appointments).recorded(services, now - BEHIND, now + AHEAD, EVENTS_MOST)
    people = await stores.contacts.people_of({one.appointment.contact for one in rows})
    names = {id_: one.name or "" for id_, one in people.items()}
    known = APPOINTMENTS.of(playbook).get(service)
    return calendar_text(playbook.bot if known is None else known.title, _events(playbook, rows, names))


def own_calendar(playbook: Playbook, recorded: RecordedAppointment) -> bytes:
    """One appointment for whoever has it."""
    booked = recorded.appointment
    service = APPOINTMENTS.of(playbook).get(booked.service)
    place = booked.place if service is None or service.staffed else ""
    where = _joined(place, store_of(playbook, booked.service, booked.place))
    return calendar_text(playbook.bot, [_event(recorded, booked.title, where)])


async def change_address(stores: Stores, service: str, number: int, actor: str, *, ends: bool) -> bool:
    """Make an address, another one, or end it, with its line of the audit log; `False`: others have just.

    `number` as `CalendarAddresses` has it. May raise `DatabaseUnavailable`.
    """
    kind: AuditKind = "calendar_ended" if ends else "calendar_made"
    entry = AuditEntry(kind, actor, await now_among(stores), service)
    async with audited(stores, entry):
        return await stores.of(CalendarAddresses).change(service, number, ends=ends)


def _events(
    playbook: Playbook, rows: Iterable[RecordedAppointment], names: Mapping[str, str]
) -> Iterable[CalendarEvent]:
    for one in rows:
        booked = one.appointment
        where = _joined(booked.place, store_of(playbook, booked.service, booked.place))
        yield _event(one, _joined(booked.title, names.get(booked.contact, "")), where)


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def _event(recorded: RecordedAppointment, summary: str, place: str) -> CalendarEvent:
    booked: Appointment = recorded.appointment
    return CalendarEvent(
        uid=f"{booked.id}@oaflow",
        start=booked.start,
        end=booked.end,
        changed=recorded.changed,
        summary=summary,
        location=place,
        sequence=recorded.sequence,
        status="CANCELLED" if recorded.is_cancelled else "CONFIRMED",
    )
