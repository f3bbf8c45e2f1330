"""Whose appointment an address names: sealed, so that another account cannot open it (N5)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.contact import Contact
from bot.promotions.appointments.model import Appointment
from bot.promotions.appointments.store.appointments import Appointments
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import Visit


@dataclass(frozen=True, slots=True)
class AppointmentSubject:
    """Whose appointment it is, and which, where there is one already."""

    part: str
    contact: Contact
    booked: Appointment | None


def contact_part(context: ConsoleContext, visit: Visit, contact: str) -> str:
    """The part of an address that names a customer."""
    return context.parts.sealed(visit.signed.name, "contact", contact)


def appointment_part(context: ConsoleContext, visit: Visit, contact: str, appointment: str) -> str:
    """The part of an address that names an appointment and whose it is."""
    return context.parts.sealed(visit.signed.name, "appointment", contact, appointment)


async def subject_of(context: ConsoleContext, visit: Visit, part: str) -> AppointmentSubject | None:
    """Who and what a part names; `None`: it does not open, or is not there any more."""
    opened = context.parts.opened(visit.signed.name, "appointment", part)
    if opened is None or len(opened) != 2:
        contact = context.parts.opened(visit.signed.name, "contact", part)
        opened = None if contact is None else (contact[0], "")
    if opened is None:
        return None
    stored = await context.stores.contacts.person(opened[0])
    booked = await context.stores.of(Appointments).one(opened[1]) if opened[1] else None
    if stored is None or (opened[1] and booked is None):
        return None
    return AppointmentSubject(part, stored.contact, booked)
