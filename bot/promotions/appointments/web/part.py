"""What appointments give the pages (decision 069)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import today
from bot.model.admin import TEAM
from bot.model.translatable import tr
from bot.operations.payload import Payload, pick
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.place_wishes import may_wait
from bot.promotions.appointments.model import AppointmentsView
from bot.promotions.appointments.operations.times import free_days
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.web.calendars import CalendarParts, calendar_routes
from bot.promotions.appointments.web.changes import AppointmentChangePages
from bot.promotions.appointments.web.customers import change_appointment, contact_appointments
from bot.promotions.appointments.web.finding import AppointmentFindingPages
from bot.promotions.appointments.web.pages import AppointmentPages
from bot.promotions.appointments.web.till import PAGE, TITLE, AppointmentTillPages
from bot.promotions.appointments.web.week import AppointmentWeekPages
from bot.runtime.limits.personal_limits import RateGuard
from bot.web.admin.route import COMMERCE, OF_STORES, AdminRoute
from bot.web.liff.calls import BadRequest
from bot.web.liff.member_page import LiffPage, MemberContext
from bot.web.promotions import ContactPart, MemberPart, PageLink, TillPart, WebPart


class AppointmentsPage(LiffPage):
    """What `my_appointments` does beside other pages."""

    def __init__(self, context: MemberContext) -> None:
        super().__init__(context)
        self._rush = RateGuard(context.clock)

    async def free(self, user: str, query: Mapping[str, str]) -> Payload:
        """Days with the moments at which the service can be had; `more` is the first day behind them.

        Raises `BadRequest` of no such service, `TooFast`, `DatabaseUnavailable`.
        """
        self._rush.admit(user)
        context, playbook = self.context, self.context.playbook()
        now = context.clock.now()
        service = APPOINTMENTS.of(playbook).get(query.get("service", ""))
        if service is None:
            raise BadRequest
        since = _day(query["from"]) if "from" in query else today(now, playbook.zone)
        wanted, moving = query.get("with", ""), query.get("moving", "")
        found = await free_days(
            context.stores.of(Appointments), service, since, now, playbook.zone, wanted, moving
        )
        return {
            "days": [
                {
                    "day": one.day.isoformat(),
                    "starts": [_moment(start) for start in one.starts],
                    "wait": not one.starts
                    and may_wait(service, one.day.isoformat(), now, playbook.zone, wanted),
                }
                for one in found.days
            ],
            "more": None if found.more is None else found.more.isoformat(),
        }

    def shown(self, channel: str, payload: Payload) -> Payload:
        """With where each goes into a calendar."""
        if "appointments" not in payload:
            return payload
        parts, shown = CalendarParts(self.context.parts), payload["appointments"]
        booked = [one | {"calendar": parts.of_person(one["id"])} for one in shown["booked"]]
        return payload | {"appointments": shown | {"booked": booked}}


def appointments_json(view: AppointmentsView, now: datetime) -> Payload:
    """What can be booked and what is."""
    shown = {
        "services": [
            pick(one, "name", "title", "minutes", "staff", "had", "waits", "stores") for one in view.services
        ],
        "booked": [
            pick(one, "id", "service", "title", "staff", "change", "store")
            | {"start": _moment(one.start), "end": _moment(one.end)}
            for one in view.booked
        ],
        "wishes": [pick(one, "service", "title", "day", "staff") for one in view.wishes],
        "asked": view.asked,
    }
    return {"appointments": shown}


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadRequest from None


def _moment(moment: datetime) -> str:
    """As it is sent back to book it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _till_link(playbook: Playbook) -> PageLink | None:
    return PageLink(TITLE, PAGE) if APPOINTMENTS.of(playbook) else None


PART = WebPart(
    routes=(
        AdminRoute(
            *("GET", "/admin/appointments", "appointments", TEAM),
            title=tr("Appointments"),
            says=tr("Who comes on a day"),
            known_as=tr("booking, reservation, calendar"),
            often=True,
            section="business",
            icon="clock",
        ),
        AdminRoute("GET", "/admin/appointments/week", "appointment_week", TEAM),
        AdminRoute("GET", "/admin/appointments/book", "appointment_customer", TEAM),
        AdminRoute("POST", "/admin/appointments/book", "appointment_customer_sought", TEAM),
        AdminRoute("GET", "/admin/appointments/change", "appointment_change", TEAM),
        AdminRoute("POST", "/admin/appointments/change", "appointment_changed", TEAM),
        AdminRoute("POST", "/admin/contacts/{contact}/appointment", "contact_appointment", TEAM),
        AdminRoute("POST", "/admin/appointments/calendar", "appointment_calendar", COMMERCE),
    ),
    pages=(
        *(AppointmentPages, AppointmentWeekPages, AppointmentFindingPages, AppointmentChangePages),
        AppointmentTillPages,
    ),
    member=MemberPart({"appointments": appointments_json}, AppointmentsPage, calendar_routes),
    till=TillPart(
        (
            AdminRoute("GET", "/admin/till/appointments", "till_appointments", OF_STORES),
            AdminRoute("POST", "/admin/till/appointments", "till_appointment_marked", OF_STORES),
        ),
        link=_till_link,
    ),
    contact=ContactPart(
        template="contact_appointments.html",
        data=contact_appointments,
        actions={"contact_appointment": change_appointment},
    ),
)
