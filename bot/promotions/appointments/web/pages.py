"""Appointments in the console: who comes on a day, who waits; calendars for other programs (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.times.local_time import day_after, today
from bot.model.translatable import tr
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.operations.calendar import change_address
from bot.promotions.appointments.operations.figures import BookedTime, appointments_on
from bot.promotions.appointments.store.calendar_addresses import CalendarAddresses
from bot.promotions.appointments.web.addresses import CHANGE, PAGE, TITLE, ShownWeek
from bot.promotions.appointments.web.calendars import CalendarParts
from bot.promotions.appointments.web.subject import appointment_part, contact_part
from bot.web.admin.route import COMMERCE
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, day_of

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
class AppointmentPages(AdminPages):
    """`/admin/appointments`."""

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
        more = {"change": CHANGE, "calendars": calendars, "week": ShownWeek(day).address()}
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

    def _addresses(self, visit: Visit, one: BookedTime) -> tuple[str, str]:
        contact = one.contact.contact
        part = appointment_part(self.context, visit, contact, one.appointment)
        return self._person(visit, contact), part

    def _person(self, visit: Visit, contact: str) -> str:
        return f"/admin/contacts/{contact_part(self.context, visit, contact)}"


def is_number(written: str) -> bool:
    """Whether this counts addresses."""
    return written.isascii() and written.isdigit() and len(written) < 9
