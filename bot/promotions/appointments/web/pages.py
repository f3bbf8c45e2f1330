"""Appointments in the console: who comes on a day, who came; one is booked, moved, cancelled (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.engine.times.local_time import day_after, local, today
from bot.engine.times.value_words import value_words
from bot.model.contact import Contact
from bot.model.translatable import tr
from bot.operations.heard_at_once import heard_at_once
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.page import moment_of
from bot.promotions.appointments.model import Appointment, AppointmentAct
from bot.promotions.appointments.operations.acts import GONE, SAID, appointment_act, held_of
from bot.promotions.appointments.operations.calendar import change_address
from bot.promotions.appointments.operations.figures import BookedTime, appointments_on
from bot.promotions.appointments.operations.times import free_days
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.calendar_addresses import CalendarAddresses
from bot.promotions.appointments.web.calendars import CalendarParts
from bot.promotions.appointments.web.till import MARKED, mark_question
from bot.web.admin.customer_hears import shown_texts
from bot.web.admin.route import COMMERCE
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Visit,
    day_of,
    page_address,
)

PAGE = "/admin/appointments"
CHANGE = f"{PAGE}/change"
TITLE = tr("Appointments")
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


_CALENDAR_MADE = tr("The address is good from now on: add it to your calendar")
_CALENDAR_ENDED = tr("The address is ended: calendars that have it get nothing any more")
_CALENDAR_CHANGED = tr("Somebody else has just changed this address: look at it once more")


@dataclass(frozen=True, slots=True)
class StaffCalendar:
    """A calendar of a service (empty: of all, without a title); `to`: its address, empty: there is none."""

    service: str
    title: str | None
    to: str
    number: int


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose appointment it is, and which, where there is one already."""

    part: str
    contact: Contact
    booked: Appointment | None


@dataclass(frozen=True, slots=True)
class AppointmentPages(AdminPages):
    """`/admin/appointments`, and where one is changed."""

    context: StoreContext

    async def appointments(self, visit: Visit) -> AdminAnswer:
        """A day, today unless another is asked for."""
        context, playbook = self.context, self.context.playbook()
        day = day_of(visit.query("day")) or today(context.now(), playbook.zone)
        found = await appointments_on(context.stores, playbook, day, context.now())
        booked = [(one, *self._addresses(visit, one)) for one in found.appointments]
        waiting = [(one, self._person(visit, one.contact.contact)) for one in found.waiting]
        services = [
            (
                service,
                [row for row in booked if row[0].service == name],
                [row for row in waiting if row[0].service == name],
            )
            for name, service in APPOINTMENTS.of(playbook).items()
        ]
        beside = [(visit.address(day=day_after(day, days).isoformat()), days) for days in (-1, 1)]
        data = {"day": day.isoformat(), "services": services, "beside": beside, "press": uuid.uuid4().hex}
        calendars = await self._calendars() if visit.signed.role in COMMERCE else ()
        more = {"change": CHANGE, "calendars": calendars}
        return RenderedPage("appointments.html", TITLE, {**data, **more})

    async def appointment_calendar(self, visit: Visit) -> AdminAnswer:
        """An address of a calendar is made, replaced or ended."""
        form, context = visit.form, self.context
        service, number, ends = form.get("service", ""), form.get("number", ""), form.get("act") == "end"
        if (service and service not in APPOINTMENTS.of(context.playbook())) or not is_number(number):
            return Redirect(PAGE)
        done = await change_address(context.stores, service, int(number), visit.signed.by, ends=ends)
        said = _CALENDAR_ENDED if ends else _CALENDAR_MADE
        return Redirect(PAGE, flash=Flash(said if done else _CALENDAR_CHANGED))

    async def _calendars(self) -> Sequence[StaffCalendar]:
        """That of all services and of each, with the address that is good."""
        playbook, parts = self.context.playbook(), CalendarParts(self.context.parts)
        numbers = await self.context.stores.of(CalendarAddresses).numbers()
        found = []
        for name, title in [
            ("", None),
            *((one.name, one.title) for one in APPOINTMENTS.of(playbook).values()),
        ]:
            number = numbers.get(name, 0)
            to = f"{playbook.public}{parts.of_staff(name, number)}" if number > 0 else ""
            found.append(StaffCalendar(name, title, to, abs(number)))
        return found

    async def appointment_change(self, visit: Visit) -> AdminAnswer:
        """A time is chosen, or what would be done is shown, before it is."""
        act, subject = visit.query("act"), await self._subject(visit, visit.query("person"))
        if subject is None or act not in _TITLES or (act != "book" and subject.booked is None):
            return RenderedPage("message.html", TITLE, status=404, refused=GONE)
        return await self._form(visit, subject, act)

    async def appointment_changed(self, visit: Visit) -> AdminAnswer:
        """It is done: once for one press."""
        form, playbook = visit.form, self.context.playbook()
        subject, what = await self._subject(visit, form.get("person", "")), _ACTS.get(form.get("act", ""))
        act_id, booked = form.get("press", ""), None if subject is None else subject.booked
        if subject is None or what is None or not act_id or (what != "book" and booked is None):
            return RenderedPage("message.html", TITLE, status=409, refused=GONE)
        start, name = moment_of(form.get("start", "")), form.get("service", "")
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
        if what in ("book", "move") and start is None:
            return RenderedPage("message.html", TITLE, status=409, refused=GONE)
        if what in MARKED and booked is not None:
            back = page_address(PAGE, day=local(booked.start, playbook.zone).date().isoformat())
            asked = mark_question(visit, playbook, subject.contact, act, self.context.now(), back)
            if asked is not None:
                return asked
        result = await appointment_act(self.context.stores, playbook, subject.contact.id, act)
        day = start or (booked.start if booked is not None else self.context.now())
        to = page_address(PAGE, day=local(day, playbook.zone).date().isoformat())
        if result not in _DONE:
            to = page_address(CHANGE, person=subject.part, act=what, service=act.service)
        return Redirect(to, flash=Flash(SAID.get(result, GONE)))

    async def _form(self, visit: Visit, subject: _Subject, act: str) -> RenderedPage:
        context, playbook = self.context, self.context.playbook()
        booked, zone = subject.booked, playbook.zone
        services = APPOINTMENTS.of(playbook)
        name = booked.service if booked is not None else visit.query("service")
        service = services.get(name) or (next(iter(services.values())) if len(services) == 1 else None)
        start, place = moment_of(visit.query("start")), visit.query("place")
        data: dict[str, Any] = {
            "person": subject.part,
            "name": subject.contact.name or "",
            "act": act,
            "services": services.values(),
            "service": service,
            "booked": None if booked is None else value_words(booked.start, zone),
            "with": "" if booked is None else booked.place,
            "press": uuid.uuid4().hex,
            "change": CHANGE,
            "back": page_address(
                PAGE, day=local(booked.start if booked else context.now(), zone).date().isoformat()
            ),
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

    async def _times(self, visit: Visit, subject: _Subject, service: BookableService) -> Mapping[str, object]:
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

    async def _subject(self, visit: Visit, part: str) -> _Subject | None:
        opened = self.context.parts.opened(visit.signed.name, "appointment", part)
        if opened is None or len(opened) != 2:
            contact = self.context.parts.opened(visit.signed.name, "contact", part)
            opened = None if contact is None else (contact[0], "")
        if opened is None:
            return None
        stored = await self.context.stores.contacts.person(opened[0])
        booked = await self.context.stores.of(Appointments).one(opened[1]) if opened[1] else None
        if stored is None or (opened[1] and booked is None):
            return None
        return _Subject(part, stored.contact, booked)

    def _part(self, visit: Visit, contact: str, appointment: str) -> str:
        return self.context.parts.sealed(visit.signed.name, "appointment", contact, appointment)

    def _addresses(self, visit: Visit, one: BookedTime) -> tuple[str, str]:
        contact = one.contact.contact
        return self._person(visit, contact), self._part(visit, contact, one.appointment)

    def _person(self, visit: Visit, contact: str) -> str:
        return f"/admin/contacts/{self.context.parts.sealed(visit.signed.name, 'contact', contact)}"


def is_number(written: str) -> bool:
    """Whether this counts addresses."""
    return written.isascii() and written.isdigit() and len(written) < 9
