"""What appointments give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.translatable import tr
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import HELD_APPOINTMENTS
from bot.promotions.appointments.web.calendars import calendar_routes
from bot.promotions.appointments.web.member_page import AppointmentsPage, appointments_json
from bot.promotions.appointments.web.pages import CHANGE, AppointmentPages
from bot.promotions.appointments.web.till import PAGE, TITLE, AppointmentTillPages
from bot.web.admin.route import COMMERCE, OF_STORES, AdminRoute
from bot.web.admin.visit import page_address
from bot.web.promotions import ContactCard, ContactPart, MemberPart, PageLink, TillPart, WebPart


def _cards(contact: Contact, playbook: Playbook) -> Iterator[ContactCard]:
    """Those to come."""
    for booked in sorted(HELD_APPOINTMENTS.of(contact), key=lambda one: one.start):
        yield ContactCard(booked.title, booked.place, tr("on"), booked.start, is_booked=True)


def _till_link(playbook: Playbook) -> PageLink | None:
    return PageLink(TITLE, PAGE) if APPOINTMENTS.of(playbook) else None


def _contact_link(playbook: Playbook, part: str) -> PageLink | None:
    to = page_address(CHANGE, act="book", person=part)
    return PageLink(tr("Book an appointment"), to, "clock") if APPOINTMENTS.of(playbook) else None


PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/appointments", "appointments", COMMERCE),
            title=tr("Appointments"),
            says=tr("Who comes on a day"),
            section="business",
            icon="clock",
        ),
        AdminRoute("GET", "/admin/appointments/change", "appointment_change", COMMERCE),
        AdminRoute("POST", "/admin/appointments/change", "appointment_changed", COMMERCE),
        AdminRoute("POST", "/admin/appointments/calendar", "appointment_calendar", COMMERCE),
    ),
    pages=(AppointmentPages, AppointmentTillPages),
    member=MemberPart({"appointments": appointments_json}, AppointmentsPage, calendar_routes),
    till=TillPart(
        (
            AdminRoute("GET", "/admin/till/appointments", "till_appointments", OF_STORES),
            AdminRoute("POST", "/admin/till/appointments", "till_appointment_marked", OF_STORES),
        ),
        link=_till_link,
    ),
    contact=ContactPart(_cards, link=_contact_link),
)
