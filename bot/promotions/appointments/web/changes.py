"""An appointment in the console: booked, moved, cancelled, whether its customer came; shown before (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.times.local_time import local
from bot.model.translatable import tr
from bot.promotions.appointments.engine.held import STAYS
from bot.promotions.appointments.engine.page import moment_of
from bot.promotions.appointments.model import Appointment
from bot.promotions.appointments.operations.acts import GONE, SAID, appointment_act
from bot.promotions.appointments.web.addresses import CHANGE, PAGE, TITLE, ShownWeek, week_of
from bot.promotions.appointments.web.change_form import (
    DONE,
    TITLES,
    FormPlace,
    asked_act,
    change_page,
    undo_of,
)
from bot.promotions.appointments.web.subject import AppointmentSubject, contact_part, subject_of
from bot.promotions.appointments.web.till import MARKED, mark_question
from bot.promotions.appointments.web.week import refused_at, week_page
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, page_address

_GONE_PAGE = RenderedPage("message.html", TITLE, status=404, refused=GONE)
_NOT_DONE = RenderedPage("message.html", TITLE, status=409, refused=GONE)


@dataclass(frozen=True, slots=True)
class AppointmentChangePages(AdminPages):
    """`/admin/appointments/change`."""

    context: StoreContext

    async def appointment_change(self, visit: Visit) -> AdminAnswer:
        """An appointment with what may be done to it; or a time is chosen, what would be done is shown."""
        act, query = visit.query("act"), visit.request.query
        subject = await subject_of(self.context, visit, visit.query("person"))
        if subject is None or (act != "book" and subject.booked is None):
            return _GONE_PAGE
        if not act and subject.booked is not None:
            return self._one(visit, subject, subject.booked)
        if act not in TITLES:
            return _GONE_PAGE
        begins = subject.booked.start if subject.booked else moment_of(visit.query("start"))
        place = self._place(query, begins or self.context.now())
        return await change_page(self.context, visit, subject, query, place)

    async def appointment_changed(self, visit: Visit) -> AdminAnswer:
        """It is done: once for one press."""
        context, playbook = self.context, self.context.playbook()
        subject = await subject_of(context, visit, visit.form.get("person", ""))
        act = None if subject is None else asked_act(visit, subject)
        if subject is None or act is None:
            return _NOT_DONE
        begins = act.start or (act.held.start if act.held is not None else context.now())
        place = self._place(visit.form, begins)
        if act.what in MARKED:
            asked = mark_question(visit, playbook, subject.contact, act, context.now(), place.back)
            if asked is not None:
                return asked
        undo = undo_of(context, subject, act, place)
        result = await appointment_act(context.stores, playbook, subject.contact.id, act)
        said = SAID.get(result, GONE)
        if result in DONE:
            return Redirect(place.back, flash=Flash(said, undo if result == "moved" else None))
        if (week := week_of(visit.form)) is not None:
            refused = refused_at(said, visit.form.get("start", ""), act.place)
            return await week_page(context, visit, week, refused=refused)
        to = page_address(CHANGE, person=subject.part, act=act.what, service=act.service)
        return Redirect(to, flash=Flash(said))

    def _place(self, values: Mapping[str, str], moment: datetime) -> FormPlace:
        """The form by itself: leaving it leads to the day, or to the week from which one came."""
        week, back = week_of(values), self._back(values, moment)
        if week is None:
            return FormPlace(CHANGE, back, tr("Back to the day"))
        return FormPlace(CHANGE, back, tr("Back to the week"), week.fields)

    def _back(self, values: Mapping[str, str], moment: datetime) -> str:
        """The day of a moment, or the week of it where one came from a week."""
        day, week = local(moment, self.context.playbook().zone).date(), week_of(values)
        return page_address(PAGE, day=day.isoformat()) if week is None else week.on(day).address()

    def _one(self, visit: Visit, subject: AppointmentSubject, booked: Appointment) -> RenderedPage:
        """One appointment, with what may be done to it."""
        context, zone, now = self.context, self.context.playbook().zone, self.context.now()
        week = week_of(visit.request.query)
        kept = {} if week is None else week.fields
        start, end = local(booked.start, zone), local(booked.end, zone)
        data = {
            "row": booked,
            "when": f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}",
            "name": subject.contact.name or "",
            "customer": f"/admin/contacts/{contact_part(context, visit, subject.contact.id)}",
            "person": subject.part,
            "kept": kept,
            "has_begun": booked.start <= now,
            "may_mark": booked.start <= now < booked.end + STAYS,
            "in_week": (week or ShownWeek(start.date())).on(start.date()).address(moving=subject.part),
            "move": page_address(CHANGE, person=subject.part, act="move", **kept),
            "cancel": page_address(CHANGE, person=subject.part, act="cancel", **kept),
            "change": CHANGE,
            "back": self._back(visit.request.query, booked.start),
            "is_of_week": week is not None,
            "press": uuid.uuid4().hex,
        }
        return RenderedPage("appointment_one.html", tr("{name}", name=booked.title), data)
