"""Appointments on the page of a customer, also beside a chat: booked, moved and cancelled there (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model.translatable import Refusal, tr
from bot.operations.find_contacts import LocatedContact
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import HELD_APPOINTMENTS, HeldAppointment
from bot.promotions.appointments.operations.acts import GONE, SAID, appointment_act
from bot.promotions.appointments.web.change_form import (
    DONE,
    TITLES,
    FormPlace,
    asked_act,
    change_page,
    undo_of,
)
from bot.promotions.appointments.web.subject import appointment_part, contact_part, subject_of
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.visit import Flash, RenderedPage, Visit


@dataclass(frozen=True, slots=True)
class ContactAppointment:
    """One that a customer has to come, or had within a week. `part` names it; empty: it has begun."""

    held: HeldAppointment
    part: str


async def contact_appointments(
    context: ContactContext, visit: Visit, found: LocatedContact, reveal: bool
) -> Mapping[str, object]:
    """What the section of a customer's page is given: the next first, then those that were."""
    now, contact = context.now(), found.contact.id
    in_order = sorted(HELD_APPOINTMENTS.of(found.contact), key=lambda one: (one.start <= now, one.start))
    return {
        "appointments": [
            ContactAppointment(one, "" if _has_begun(one, now) else _part(context, visit, contact, one))
            for one in in_order
        ],
        "may_book": bool(APPOINTMENTS.of(context.playbook())),
        "customer_part": contact_part(context, visit, contact),
    }


async def change_appointment(
    context: ContactContext, visit: Visit, found: LocatedContact
) -> Flash | RenderedPage:
    """It is done, once for one press; before that, the form that asks. Raises `Refusal`."""
    subject = await subject_of(context, visit, visit.form.get("person", ""))
    act = visit.form.get("act", "")
    if subject is None or subject.contact.id != found.contact.id or act not in TITLES:
        raise Refusal(GONE)
    if act != "book" and subject.booked is None:
        raise Refusal(GONE)
    here = context.address(visit, found.contact.id)
    place = FormPlace(f"{here}/appointment", here, tr("Back to the customer"), posts=True)
    asked = asked_act(visit, subject)
    if asked is None:
        return await change_page(context, visit, subject, visit.form, place)
    undo = undo_of(context, subject, asked, place)
    result = await appointment_act(context.stores, context.playbook(), found.contact.id, asked)
    if result in DONE:
        return Flash(SAID[result], undo if result == "moved" else None)
    if act == "cancel" or result in ("none", "unknown"):
        raise Refusal(SAID[result])
    return await change_page(context, visit, subject, visit.form, place, result)


def _has_begun(held: HeldAppointment, now: datetime) -> bool:
    return held.start <= now


def _part(context: ContactContext, visit: Visit, contact: str, held: HeldAppointment) -> str:
    return appointment_part(context, visit, contact, held.id)
