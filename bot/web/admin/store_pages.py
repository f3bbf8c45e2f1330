"""Pages of the people of stores: the people whom the visitor sees, and counts of bindings; and the handlers
of these and of clerks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, get_args

from bot.model.clerk import OfClerk, OfStores, SeenPeople
from bot.model.translatable import tr
from bot.operations.looks import record_look, record_search
from bot.operations.recent_figures import RecentFigures
from bot.operations.store_people.codes import SPANS, StoreCounts, StoreDay, store_counts
from bot.operations.store_people.people import (
    COUNTED,
    NotSearched,
    PeoplePage,
    Search,
    SearchKind,
    VisiblePerson,
    how_many,
    may_search,
    one_person,
    people_page,
    search_of,
    searched,
)
from bot.operations.store_people.visibility import stores_seen
from bot.web.admin.chart import Chart, Series, chart
from bot.web.admin.clerk_pages import ClerkPages, StaffingPages, sheet_address
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    AdminPages,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

PEOPLE = tr("People")
_NOT_FOUND = RenderedPage("message.html", tr("Nobody of yours is here"), status=404)


class PeoplePages(AdminPages):
    """`/admin/people`, `/admin/people/{person}`."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    async def people(self, visit: Visit) -> AdminAnswer:
        """The list of people: those who were bound last, or those who are searched for."""
        context, playbook = self._context, self._context.playbook()
        seen, after = context.seen(visit), context.place(visit)
        search = self._search(visit)
        by = visit.signed.by
        if search is None:
            await record_search(context.stores, by, context.now(), "list")
            page = await people_page(context.stores, playbook, seen, after)
            return self._listed(visit, page, await how_many(context.stores, seen))
        try:
            await may_search(context.stores, visit.signed.name, search, visit.query("find"), visit.now)
        except NotSearched as error:
            return RenderedPage("people.html", PEOPLE, self._data(visit, PeoplePage(())), 429, error.message)
        await record_search(context.stores, by, context.now(), search.kind)
        return self._listed(visit, await searched(context.stores, playbook, seen, search, after), None)

    async def people_sought(self, visit: Visit) -> AdminAnswer:
        """A redirect to the list of a search: what was written is sealed in its address."""
        context, written = self._context, visit.form.get("who", "")
        context.all_seen(visit)
        store = visit.query("store")
        if not written.strip():
            return Redirect(_address(store=store))
        try:
            search = search_of(written)
        except NotSearched as error:
            return RenderedPage("people.html", PEOPLE, self._data(visit, PeoplePage(())), 400, error.message)
        part = context.parts.sealed(visit.signed.name, "search", search.kind, search.text)
        return Redirect(_address(find=part, store=store))

    async def person(self, visit: Visit) -> AdminAnswer:
        """The page of one person, where the visitor may see them, else 404."""
        context = self._context
        parts = context.parts.opened(visit.signed.name, "person", visit.path["person"])
        if parts is None:
            return _NOT_FOUND
        found = await one_person(context.stores, context.playbook(), context.all_seen(visit), parts[0])
        if found is None:
            return _NOT_FOUND
        await record_look(context.stores, found.id, visit.signed.by, context.now(), "looked_at")
        name = found.name or tr("A person without a name")
        title = tr("{name}", name=name)
        return RenderedPage("person.html", title, {"person": found, "many_stores": self._has_several(visit)})

    def _listed(self, visit: Visit, page: PeoplePage, number: int | None) -> RenderedPage:
        return RenderedPage("people.html", PEOPLE, self._data(visit, page, number))

    def _data(self, visit: Visit, page: PeoplePage, number: int | None = None) -> Mapping[str, Any]:
        """The values for the template; `number`: how many people there are, where that was counted."""
        context = self._context
        store, find = visit.query("store"), visit.query("find")
        search = self._search(visit)
        after = context.place_part(visit, page.next)
        return {
            "rows": [(one, self._address_of(visit, one)) for one in page.rows],
            "number": None if number is None else min(number, COUNTED),
            "is_more": number is not None and number > COUNTED,
            "search": search,
            "choice": context.choice(visit, find=find),
            "all": _address(store=store),
            "next": _address(find=find, store=store, after=after) if after else "",
            "first": _address(find=find, store=store) if visit.query("after") else "",
            "is_clerk": visit.signed.role == "clerk",
            "many_stores": self._has_several(visit),
        }

    def _has_several(self, visit: Visit) -> bool:
        return len(stores_seen(self._context.all_seen(visit), self._context.playbook())) > 1

    def _search(self, visit: Visit) -> Search | None:
        """The search that the address has sealed; `None` without one."""
        parts: Sequence[str] | None = self._context.parts.opened(
            visit.signed.name, "search", visit.query("find")
        )
        if parts is None:
            return None
        kind = next((one for one in get_args(SearchKind) if one == parts[0]), None)
        return None if kind is None else Search(kind, parts[1])

    def _address_of(self, visit: Visit, person: VisiblePerson) -> str:
        return f"/admin/people/{self._context.parts.sealed(visit.signed.name, 'person', person.id)}"


def _address(**values: str) -> str:
    return page_address("/admin/people", **values)


COUNTS = tr("Counts")
PAGE = "/admin/counts"


AT_ONCE = 0.12
"""Seconds that the page waits for the numbers; of 100,000 people they take longer, and the page says so."""


StoreCountsLately: TypeAlias = RecentFigures[[SeenPeople, int, str], StoreCounts]
"""Counts by the people that are seen, the number of days, and the version of the playbook."""


def recent_store_counts(context: StoreContext, at_once: float = AT_ONCE) -> StoreCountsLately:
    """Counts of stores, for all visitors together; the caller closes it."""

    async def count(seen: SeenPeople, days: int, version: str) -> StoreCounts:
        return await store_counts(context.stores, context.playbook(), seen, days, context.now())

    return RecentFigures(count, context.now, at_once=at_once)


class CountPage(AdminPages):
    """`/admin/counts`."""

    def __init__(self, context: StoreContext, recent: StoreCountsLately) -> None:
        self._context = context
        self._recent = recent

    async def counts(self, visit: Visit) -> AdminAnswer:
        """The numbers of the last days, and of today by the playbook's clock."""
        context, store = self._context, visit.query("store")
        choice = context.choice(visit, days=visit.query("days"))
        chosen = next((title for _, title, is_chosen in choice.stores if is_chosen), "")
        days = next((span for span in SPANS if str(span) == visit.query("days")), SPANS[1])
        counted = await self._counted(context.seen(visit), days)
        data = {
            "counted": counted,
            "spans": [
                (span, page_address(PAGE, days=str(span), store=store), span == days) for span in SPANS
            ],
            "chart": None if counted is None else _by_day(visit, counted.days),
            "choice": choice,
            "is_clerk": visit.signed.role == "clerk",
            "chosen": chosen,
            "store": store if chosen else "",
            "sheet": sheet_address(visit) if chosen else "",
        }
        return RenderedPage("counts.html", COUNTS, data)

    async def _counted(self, seen: SeenPeople, days: int) -> StoreCounts | None:
        """The counts; `None` while many people are counted for the first time."""
        context = self._context
        if isinstance(seen, OfClerk) or seen == OfStores(()):  # few: there is nothing to wait for
            return await store_counts(context.stores, context.playbook(), seen, days, context.now())
        found = await self._recent.of(seen, days, context.playbook().version)
        return None if found is None else found.value


def _by_day(visit: Visit, days: Sequence[StoreDay]) -> Chart:
    """The chart of people who were bound by day, and of those among them who had just become friends."""
    words = visit.words.text
    bound = Series(words(tr("Bound")), [one.bound for one in days])
    joined = Series(words(tr("of them new friends")), [min(one.joined, one.bound) for one in days])
    return chart("bar", [f"{one.day:%m-%d}" for one in days], (bound, joined))


def store_pages(context: StoreContext, counts: StoreCountsLately) -> Mapping[str, AdminHandler]:
    """The handlers of these pages and of clerks, by the names of rows of the table."""
    return {
        **PeoplePages(context).handlers(),
        **ClerkPages(context).handlers(),
        **StaffingPages(context).handlers(),
        **CountPage(context, counts).handlers(),
    }
