"""The customer is found for whom a free time of the week is booked (N5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.times.value_words import value_words
from bot.model.translatable import tr
from bot.operations.contact_list import contact_page, readable
from bot.operations.contact_search import SearchTerms
from bot.operations.looks import record_search, way_of
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.page import moment_of
from bot.promotions.appointments.operations.acts import GONE
from bot.promotions.appointments.web.addresses import BOOK, CHANGE, PAGE, TITLE, week_of
from bot.promotions.appointments.web.change_form import services_at
from bot.promotions.appointments.web.subject import contact_part
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Fragment, RenderedPage, Visit, page_address

TEXT_MOST, FOUND_MOST = 60, 12
"""Characters of a search, and the most people who are shown of it."""


@dataclass(frozen=True, slots=True)
class AppointmentFindingPages(AdminPages):
    """`/admin/appointments/book`: a time is chosen, the customer is not."""

    context: StoreContext

    async def appointment_customer(self, visit: Visit) -> AdminAnswer:
        """What would be booked, and a field to search for whom."""
        return await self._page(visit, "")

    async def appointment_customer_sought(self, visit: Visit) -> AdminAnswer:
        """Who is found; while somebody types, the list alone. What was written stands in no address."""
        return await self._page(visit, visit.form.get("who", "").strip()[:TEXT_MOST])

    async def _page(self, visit: Visit, text: str) -> RenderedPage | Fragment:
        start, place = moment_of(visit.query("start")), visit.query("place")
        if start is None:
            return RenderedPage("message.html", TITLE, status=404, refused=GONE)
        services = await services_at(self.context, start, place)
        service = next((one for one in services if one.name == visit.query("service")), None)
        service = service or next(iter(services), None)
        week = week_of(visit.request.query)
        kept = {"start": start.isoformat(), "place": place, **({} if week is None else week.fields)}
        data: dict[str, Any] = {
            "text": text,
            "people": await self._people(visit, text, kept, service) if text and service else (),
            "is_sought": bool(text),
        }
        if visit.form.get("part"):
            return Fragment("appointment_people.html", data)
        name = "" if service is None else service.name
        more = {
            "service": service,
            "services": [(one, page_address(BOOK, service=one.name, **kept)) for one in services],
            "when": value_words(start, self.context.playbook().zone),
            "place": place,
            "back": PAGE if week is None else week.address(),
            "to": page_address(BOOK, service=name, **kept),
            "text_most": TEXT_MOST,
        }
        status, refused = (200, None) if services else (409, tr("This time is not free any more"))
        return RenderedPage("appointment_book.html", tr("For whom?"), {**data, **more}, status, refused)

    async def _people(
        self, visit: Visit, text: str, kept: Mapping[str, str], service: BookableService
    ) -> Sequence[tuple[object, str]]:
        context = self.context
        await record_search(context.stores, visit.signed.by, context.now(), way_of(text))
        terms = SearchTerms(text)
        found = await contact_page([context.stores], context.playbook(), terms, most=FOUND_MOST)
        return [
            (
                readable(one.contact),
                page_address(
                    CHANGE,
                    person=contact_part(context, visit, one.contact.id),
                    act="book",
                    service=service.name,
                    **kept,
                ),
            )
            for one in found.people
        ]
