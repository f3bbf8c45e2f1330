"""The search that every page has (`/admin/search`): pages, customers, and what can be done; and the list of
all pages (`/admin/pages`), which is there without a script, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.admin import TEAM
from bot.model.plain_text import cleaned
from bot.model.translatable import tr
from bot.operations.contact_list import contact_page, readable
from bot.operations.contact_search import SearchTerms
from bot.operations.looks import record_search, way_of
from bot.operations.store_people.people import NotSearched, search_of, searched
from bot.operations.store_people.visibility import NoVisiblePeople
from bot.web.admin.page_search import all_pages, changes_found, pages_found
from bot.web.admin.route import CONTACTS, AdminRoute
from bot.web.admin.store_context import StoreContext
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import AdminAnswer, AdminPages, Fragment, RenderedPage, Visit

TEXT_MOST = 60
"""The most characters of a search."""
LEAST = 2
"""Characters from which on customers are searched for."""
SHOWN = 6
"""Customers that are shown; a list of its own has the others."""


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer, masked as the role sees them."""

    to: str
    """The address of their page."""
    name: str = field(repr=False)
    phone: str = field(repr=False)
    number: str = field(repr=False)


class SearchPages(AdminPages):
    """`/admin/search` and `/admin/pages`."""

    def __init__(self, context: StoreContext, table: Sequence[AdminRoute] = ROUTES) -> None:
        self._context = context
        self._table = table

    async def all_pages(self, visit: Visit) -> AdminAnswer:
        """All pages that the visitor may open."""
        return RenderedPage(
            "all_pages.html", tr("All pages"), {"sections": all_pages(visit.signed.role, self._table)}
        )

    async def search(self, visit: Visit) -> AdminAnswer:
        """What a text finds, as a part of the search's dialog: while somebody types."""
        text, role = cleaned(visit.form.get("who", ""))[:TEXT_MOST], visit.signed.role
        customers = await self._customers(visit, text) if len(text) >= LEAST else ()
        rows = (row for row in self._table if row.seeks and role in row.roles)
        data = {
            "pages": pages_found(text, role, visit.words, self._table),
            "changes": changes_found(text, role, visit.words, self._table),
            "customers": customers[:SHOWN],
            "list": next((row.path for row in rows), ""),
            "text": text,
        }
        return Fragment("search_found.html", data)

    async def _customers(self, visit: Visit, text: str) -> Sequence[FoundCustomer]:
        if visit.signed.role in TEAM:
            return await self._contacts(visit, text)
        return await self._people(visit, text)

    async def _contacts(self, visit: Visit, text: str) -> Sequence[FoundCustomer]:
        context, name = self._context, visit.signed.name
        await record_search(context.stores, visit.signed.by, context.now(), way_of(text))
        page = await contact_page([context.stores], context.playbook(), SearchTerms(text), most=SHOWN)
        people = [readable(one.contact) for one in page.people]
        return [
            FoundCustomer(
                f"{CONTACTS}/{context.parts.sealed(name, 'contact', one.id)}",
                one.name or "",
                one.phone or one.stated_phone or "",
                one.member_no or "",
            )
            for one in people
        ]

    async def _people(self, visit: Visit, text: str) -> Sequence[FoundCustomer]:
        """People of a store by a part of their name: phones are searched for in their list alone, where each
        search counts."""
        context = self._context
        try:
            search, seen = search_of(text), context.all_seen(visit)
        except (NotSearched, NoVisiblePeople):
            return ()
        if search.kind != "name":
            return ()
        await record_search(context.stores, visit.signed.by, context.now(), "name")
        page = await searched(context.stores, context.playbook(), seen, search)
        sealed = context.parts.sealed
        return [
            FoundCustomer(
                f"/admin/people/{sealed(visit.signed.name, 'person', one.id)}", one.name, one.phone, ""
            )
            for one in page.rows
        ]
