"""An appointment in the console: booked, moved, cancelled, whether its customer came; shown before (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.engine.times.local_time import local, today
from bot.engine.times.value_words import value_words
from bot.model.translatable import tr
from bot.operations.heard_at_once import heard_at_once
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.held import STAYS
from bot.promotions.appointments.engine.page import moment_of
from bot.promotions.appointments.model import Appointment, AppointmentAct
from bot.promotions.appointments.operations.acts import GONE, SAID, StaffResult, appointment_act, held_of
from bot.promotions.appointments.operations.times import free_days
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.web.addresses import CHANGE, PAGE, TITLE, ShownWeek, week_of
from bot.promotions.appointments.web.subject import AppointmentSubject, contact_part, subject_of
from bot.promotions.appointments.web.till import MARKED, mark_question
from bot.promotions.appointments.web.week import refused_at, week_page
from bot.web.admin.customer_hears import shown_texts
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    day_of,
    page_address,
)

REASON_MOST = 200
"""Characters of a reason."""
_ACTS: Mapping[str, Literal["book", "move", "cancel", "came", "missed"]] = {
    one: one for one in ("book", "move", "cancel", "came", "missed")
}
_TITLES = {
    "book": tr("Book an appointment"),
    "move": tr("Move an appointment"),
    "cancel": tr("Cancel an appointment"),
}
_DONE = ("booked", "moved", "cancelled", "came", "missed", "waits")
_GONE_PAGE = RenderedPage("message.html", TITLE, status=404, refused=GONE)
_NOT_DONE = RenderedPage("message.html", TITLE, status=409, refused=GONE)


@dataclass(frozen=True, slots=True)
class AppointmentChangePages(AdminPages):
    """`/admin/appointments/change`."""

    context: StoreContext

    async def appointment_change(self, visit: Visit) -> AdminAnswer:
        """An appointment with what may be done to it; or a time is chosen, what would be done is shown."""
        act, subject = visit.query("act"), await subject_of(self.context, visit, visit.query("person"))
        if subject is None or (act != "book" and subject.booked is None):
            return _GONE_PAGE
        if not act and subject.booked is not None:
            return self._one(visit, subject, subject.booked)
        return await self._form(visit, subject, act) if act in _TITLES else _GONE_PAGE

    async def appointment_changed(self, visit: Visit) -> AdminAnswer:
        """It is done: once for one press."""
        form, playbook = visit.form, self.context.playbook()
        subject = await subject_of(self.context, visit, form.get("person", ""))
        what, act_id = _ACTS.get(form.get("act", "")), form.get("press", "")
        booked = None if subject is None else subject.booked
        if subject is None or what is None or not act_id or (what != "book" and booked is None):
            return _NOT_DONE
        start, name = moment_of(form.get("start", "")), form.get("service", "")
        if what in ("book", "move") and start is None:
            return _NOT_DONE
        act = AppointmentAct(
            what,
            name if booked is None else booked.service,
            f"{visit.signed.by} {act_id} {what} {start}",
            visit.signed.by,
            None if booked is None else held_of(booked),
            start,
            form.get("place", ""),
            form.get("reason", "").strip()[:REASON_MOST],
        )
        if what in MARKED and booked is not None:
            asked = mark_question(
                *(visit, playbook, subject.contact, act, self.context.now()), self._back(form, booked.start)
            )
            if asked is not None:
                return asked
        undo = self._undo(subject, act, form)
        result = await appointment_act(self.context.stores, playbook, subject.contact.id, act)
        return await self._after(visit, subject, act, result, undo)

    async def _after(
        self,
        visit: Visit,
        subject: AppointmentSubject,
        act: AppointmentAct,
        result: StaffResult,
        undo: Undo | None,
    ) -> AdminAnswer:
        """Back to the day or the week; a refusal stands where it happened."""
        booked, week, said = subject.booked, week_of(visit.form), SAID.get(result, GONE)
        if result in _DONE:
            begins = act.start or (booked.start if booked is not None else self.context.now())
            flash = Flash(said, undo if result == "moved" else None)
            return Redirect(self._back(visit.form, begins), flash=flash)
        if week is not None:
            refused = refused_at(said, visit.form.get("start", ""), act.place)
            return await week_page(self.context, visit, week, refused=refused)
        to = page_address(CHANGE, person=subject.part, act=act.what, service=act.service)
        return Redirect(to, flash=Flash(said))

    def _undo(self, subject: AppointmentSubject, act: AppointmentAct, form: Mapping[str, str]) -> Undo | None:
        """Takes a move back of which the customer hears nothing; else they would be told twice."""
        booked, playbook = subject.booked, self.context.playbook()
        if act.what != "move" or booked is None or booked.service not in APPOINTMENTS.of(playbook):
            return None
        if heard_at_once(playbook, subject.contact, act, self.context.now()).messages:
            return None
        week = week_of(form)
        fields = {
            "person": subject.part,
            "act": "move",
            "press": uuid.uuid4().hex,
            "start": booked.start.isoformat(),
            "place": booked.place,
            **({} if week is None else week.fields),
        }
        return Undo(CHANGE, fields)

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

    async def _form(self, visit: Visit, subject: AppointmentSubject, act: str) -> RenderedPage:
        context, playbook = self.context, self.context.playbook()
        booked, zone = subject.booked, playbook.zone
        services = APPOINTMENTS.of(playbook)
        name = booked.service if booked is not None else visit.query("service")
        service = services.get(name) or (next(iter(services.values())) if len(services) == 1 else None)
        start, place = moment_of(visit.query("start")), visit.query("place")
        week = week_of(visit.request.query)
        data: dict[str, Any] = {
            "person": subject.part,
            "name": subject.contact.name or "",
            "act": act,
            "kept": {} if week is None else week.fields,
            "services": services.values(),
            "service": service,
            "booked": None if booked is None else value_words(booked.start, zone),
            "with": "" if booked is None else booked.place,
            "press": uuid.uuid4().hex,
            "change": CHANGE,
            "back": self._back(visit.request.query, booked.start if booked else start or context.now()),
            "is_of_week": week is not None,
            "start": None if start is None else (start.isoformat(), value_words(start, zone)),
            "place": place,
            "reason_most": REASON_MOST,
        }
        if service is not None and act != "cancel" and start is None:
            data |= await self._times(visit, subject, service)
        elif service is not None:
            held = None if booked is None else held_of(booked)
            reason = "" if act == "book" else "…"  # which is written below
            wanted = AppointmentAct(_ACTS[act], service.name, "", visit.signed.by, held, start, place, reason)
            heard = heard_at_once(playbook, subject.contact, wanted, context.now())
            data |= shown_texts(visit.words, playbook, subject.contact, heard, is_masked=False)
        return RenderedPage("appointment_change.html", _TITLES[act], data)

    async def _times(
        self, visit: Visit, subject: AppointmentSubject, service: BookableService
    ) -> Mapping[str, object]:
        """The times of a day, and the days on which there are any."""
        context, zone = self.context, self.context.playbook().zone
        moving = "" if subject.booked is None else subject.booked.id
        since = day_of(visit.query("day")) or today(context.now(), zone)
        place = visit.query("place")
        found = await free_days(
            *(context.stores.of(Appointments), service, since, context.now(), zone, place, moving),
            by_staff=True,
        )
        days = [
            (
                one.day.isoformat(),
                [(start.isoformat(), local(start, zone).strftime("%H:%M")) for start in one.starts],
            )
            for one in found.days
        ]
        return {"days": days, "since": since.isoformat(), "more": found.more}
