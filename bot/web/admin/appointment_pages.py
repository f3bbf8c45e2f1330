"""Appointments in the console: who comes on a day (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.engine.times.local_time import day_after, today
from bot.model.translatable import tr
from bot.operations.appointments import appointments_on
from bot.web.admin.store_context import StoreDesk
from bot.web.admin.visit import AdminAnswer, AdminHandler, RenderedPage, Visit

TITLE = tr("Appointments")


@dataclass(frozen=True, slots=True)
class AppointmentPages:
    """`/admin/appointments`."""

    desk: StoreDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"appointments": self.shown}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """A day, today unless another is asked for."""
        playbook = self.desk.playbook()
        day = _day(visit.query("day")) or today(self.desk.now(), playbook.zone)
        services = [
            (one.service, [(row, self._person(visit, row.contact)) for row in one.booked])
            for one in await appointments_on(self.desk.stores, playbook, day)
        ]
        beside = [(visit.address(day=day_after(day, days).isoformat()), days) for days in (-1, 1)]
        return RenderedPage(
            "appointments.html", TITLE, {"day": day.isoformat(), "services": services, "beside": beside}
        )

    def _person(self, visit: Visit, contact: str) -> str:
        return f"/admin/contacts/{self.desk.parts.sealed(visit.signed.name, 'contact', contact)}"


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
