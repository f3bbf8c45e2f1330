"""The till: who comes to the store today, and whether they came (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import today
from bot.engine.times.value_words import value_words
from bot.model.contact import Contact
from bot.model.plain_text import masked_name
from bot.model.translatable import tr
from bot.operations.heard_at_once import heard_at_once
from bot.operations.till import store_of
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.appointments.operations.acts import GONE, SAID, appointment_act, held_of
from bot.promotions.appointments.operations.figures import BookedTime, appointments_on
from bot.promotions.appointments.store.appointments import Appointments
from bot.web.admin.customer_hears import ActionQuestion, asked_before, is_sure, shown_texts
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit

PAGE = "/admin/till/appointments"
TITLE = tr("Today's appointments")
_MARKS: Mapping[str, Literal["came", "missed"]] = {"came": "came", "missed": "missed"}
MARKED = {"came": tr("The customer came?"), "missed": tr("The customer did not come?")}
"""What is asked before a mark."""
_AND_SEND = {
    "came": tr("They came: write it down, and send this"),
    "missed": tr("They did not come: write it down, and send this"),
}


@dataclass(frozen=True, slots=True)
class AppointmentTillPages(AdminPages):
    """`/admin/till/appointments`."""

    context: StoreContext

    async def till_appointments(self, visit: Visit) -> AdminAnswer:
        """Those at the store, and those of whom the playbook says no store; of the name the first sign."""
        there = await self._today(visit)
        services = [
            (
                service.title,
                [
                    (one, masked_name(one.name.text), self._part(visit, one))
                    for one in there
                    if one.service == name
                ],
            )
            for name, service in APPOINTMENTS.of(self.context.playbook()).items()
        ]
        data = {"services": services, "press": uuid.uuid4().hex}
        return RenderedPage("appointment_till.html", TITLE, data)

    async def till_appointment_marked(self, visit: Visit) -> AdminAnswer:
        """They came, or did not: once for one press, and only what stands on the page."""
        form, context = visit.form, self.context
        mark, part, act_id = _MARKS.get(form.get("act", "")), form.get("person", ""), form.get("press", "")
        rows = [one for one in await self._today(visit) if one.may_mark]
        row = next((one for one in rows if self._part(visit, one) == part), None)
        booked = None if row is None else await context.stores.of(Appointments).one(row.appointment)
        if row is None or booked is None or mark is None or not act_id:
            return Redirect(PAGE, flash=Flash(GONE))
        by = visit.signed.by
        act = AppointmentAct(
            mark, booked.service, f"{by} {act_id} {mark} {row.appointment}", by, held_of(booked)
        )
        found = await context.stores.contacts.person(booked.contact)
        if found is not None:
            asked = mark_question(
                visit, context.playbook(), found.contact, act, context.now(), PAGE, is_masked=True
            )
            if asked is not None:
                return asked
        result = await appointment_act(context.stores, context.playbook(), booked.contact, act)
        return Redirect(PAGE, flash=Flash(SAID[result]))

    async def _today(self, visit: Visit) -> list[BookedTime]:
        context, playbook = self.context, self.context.playbook()
        store = await store_of(context.stores, visit.signed)
        now = context.now()
        found = await appointments_on(context.stores, playbook, today(now, playbook.zone), now)
        return [one for one in found.appointments if _is_at(playbook, one.service, one.place, store)]

    def _part(self, visit: Visit, one: BookedTime) -> str:
        return self.context.parts.sealed(
            visit.signed.name, "till appointment", one.contact.contact, one.appointment
        )


def mark_question(
    visit: Visit,
    playbook: Playbook,
    contact: Contact,
    act: AppointmentAct,
    now: datetime,
    back: str,
    *,
    is_masked: bool = False,
) -> RenderedPage | None:
    """What asks before a mark that messages the customer, with what they would get; `None`: it was asked, or
    nothing goes out. `is_masked`: nothing private of the customer is shown."""
    held = act.held
    if is_sure(visit) or held is None:
        return None
    shown = replace(contact, name=masked_name(contact.name)) if is_masked else contact
    heard = heard_at_once(playbook, shown, act, now)
    if not heard.messages:
        return None
    about = (shown.name or tr("no name"), value_words(held.start, playbook.zone))
    question = ActionQuestion(MARKED[act.what], about, _AND_SEND[act.what], back)
    return asked_before(
        visit, question, shown_texts(visit.words, playbook, contact, heard, is_masked=is_masked)
    )


def _is_at(playbook: Playbook, service: str, place: str, store: str) -> bool:
    """Whether that is at this store; who works in none sees all."""
    member = APPOINTMENTS.of(playbook)[service].members.get(place)
    return not store or member is None or member.store in ("", store)
