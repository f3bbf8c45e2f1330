"""The stores by group with their numbers, the search for a store or a clerk, sheets of QR codes, and clerks
whose codes are to bind nobody (requirement D6)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model.clerk import OfStores
from bot.model.plain_text import readable_name
from bot.model.translatable import tr
from bot.operations.clerk_codes import ReferralMethod
from bot.operations.clerk_sheet import CodeCard, pages_number, sheet_page
from bot.operations.declared.clerks import suspend_clerks
from bot.operations.recent_figures import RecentFigures
from bot.operations.store_people.codes import SPANS, clerks_of, may_manage
from bot.operations.store_people.overview import (
    StoreFigures,
    StoreSearch,
    left_stores,
    search_stores,
    store_figures,
    stores_by_group,
)
from bot.operations.store_people.people import LONGEST
from bot.operations.store_people.sheet import code_ways, sheet_cards
from bot.web.admin.store_context import StoreContext
from bot.web.admin.store_pages import AT_ONCE
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Download,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
    whole_number,
)

PAGE = "/admin/stores"
SHEET = "/admin/clerks/sheet"
TITLE, SHEET_TITLE = tr("Stores"), tr("QR codes of clerks")
SEARCH = "store search"
"""The purpose of sealed searches in addresses of these pages."""
_NO_PAGE = RenderedPage("message.html", tr("There is no such QR code"), status=404)
_NOT_FOUND = RenderedPage("message.html", tr("There is no such clerk"), status=404)


def recent_store_figures(
    context: StoreContext, at_once: float = AT_ONCE
) -> RecentFigures[[int, str], Mapping[str, StoreFigures]]:
    """Counts the numbers of all stores by days and version of the playbook, for all visitors together; the
    caller closes it."""

    async def count(days: int, version: str) -> Mapping[str, StoreFigures]:
        return await store_figures(context.stores, context.playbook(), days, context.now())

    return RecentFigures(count, context.now, at_once=at_once)


@dataclass(frozen=True, slots=True)
class StoreOverviewPages(AdminPages):
    """`/admin/stores`, `/admin/clerks/sheet`, `/admin/clerk/suspend`, `/admin/clerk/resume`."""

    context: StoreContext
    figures: RecentFigures[[int, str], Mapping[str, StoreFigures]]

    async def stores(self, visit: Visit) -> AdminAnswer:
        """The stores that the visitor sees, or those of a search, with their numbers."""
        context, playbook, seen = self.context, self.context.playbook(), self.context.all_seen(visit)
        days = next((span for span in SPANS if str(span) == visit.query("days")), SPANS[1])
        recent = await self.figures.of(days, playbook.version)
        known = {} if recent is None else recent.value
        parts = context.parts.opened(visit.signed.name, SEARCH, visit.query("find"))
        found: StoreSearch | None = None
        shown = seen
        if parts is not None:
            found = await search_stores(context.stores, playbook, seen, parts[0])
            shown = OfStores(tuple(found.stores))
        groups, everything = stores_by_group(playbook, shown, known), stores_by_group(playbook, seen, known)
        data = {
            "groups": groups,
            "number": sum(len(group.stores) for group in everything),
            "total": sum((group.total for group in everything), StoreFigures()),
            "is_counted": recent is not None,
            "left": left_stores(playbook, seen, known) if found is None else {},
            "found": found,
            "text": "" if parts is None else parts[0],
            "days": days,
            "spans": [(span, visit.address(days=str(span)), span == days) for span in SPANS],
            "all": page_address(PAGE, days=visit.query("days")),
            "store_address": lambda name: page_address("/admin/counts", store=name, days=str(days)),
            "clerk_address": lambda number: page_address("/admin/clerk", number=number),
        }
        return RenderedPage("stores.html", TITLE, data)

    async def stores_sought(self, visit: Visit) -> AdminAnswer:
        """A redirect to a search: what was written is sealed in its address."""
        self.context.all_seen(visit)
        text, days = readable_name(visit.form.get("find", "")[:LONGEST]), visit.query("days")
        part = self.context.parts.sealed(visit.signed.name, SEARCH, text) if text.strip() else ""
        return Redirect(page_address(PAGE, days=days, find=part))

    async def clerks_sheet(self, visit: Visit) -> AdminAnswer:
        """The sheets of QR codes, to be printed."""
        context, ways = self.context, code_ways(self.context.playbook(), self.context.settings().channels)
        way = self._way(visit, ways)
        cards = [] if way is None else await self._cards(visit, way)
        channel = "" if way is None else way.account.name
        pages = range(1, pages_number(cards) + 1)
        store = visit.query("store")
        data = {
            "pages": [page_address(f"{SHEET}/page", store=store, on=channel, page=str(n)) for n in pages],
            "number": len(cards),
            "ways": [
                (way.account.app_name or name, visit.address(on=name), name == channel)
                for name, way in ways.items()
            ],
            "choice": context.choice(visit, on=visit.query("on")),
            "back": page_address("/admin/clerks", store=store),
        }
        return RenderedPage("clerks_sheet.html", SHEET_TITLE, data)

    async def clerks_sheet_page(self, visit: Visit) -> AdminAnswer:
        """One sheet as SVG."""
        way = self._way(visit, code_ways(self.context.playbook(), self.context.settings().channels))
        number = whole_number(visit.query("page"), 999)
        if way is None or not number:
            return _NO_PAGE
        cards = await self._cards(visit, way)
        # beside the event loop: a code takes some milliseconds
        drawn = await asyncio.to_thread(sheet_page, cards, number, visit.words.text(SHEET_TITLE))
        return _NO_PAGE if drawn is None else Download(drawn, "image/svg+xml")

    async def _cards(self, visit: Visit, way: ReferralMethod) -> Sequence[CodeCard]:
        context = self.context
        return await sheet_cards(context.stores, context.playbook(), context.seen(visit), way)

    def _way(self, visit: Visit, ways: Mapping[str, ReferralMethod]) -> ReferralMethod | None:
        """How a QR code binds people, on the account that was chosen, else on the first; `None`: on none."""
        return ways.get(visit.query("on"), next(iter(ways.values()), None))

    async def clerk_suspended(self, visit: Visit) -> AdminAnswer:
        """Suspend a clerk: the codes bind nobody any more, and the accounts are signed out."""
        return await self._suspend(visit, lift=False)

    async def clerk_resumed(self, visit: Visit) -> AdminAnswer:
        """Resume a clerk: the codes bind people again, and the accounts may sign in."""
        return await self._suspend(visit, lift=True)

    async def _suspend(self, visit: Visit, *, lift: bool) -> AdminAnswer:
        context, number = self.context, visit.form.get("number", "")
        found = await clerks_of(context.stores, context.playbook(), context.all_seen(visit), [number])
        clerk = found.get(number)
        if clerk is None:
            return _NOT_FOUND
        if not may_manage(visit.signed.role, clerk):
            return RenderedPage("message.html", tr("somebody else looks after this clerk"), status=403)
        back = page_address("/admin/clerk", number=number)
        if not (await suspend_clerks(visit.call(context), (number,), lift=lift)).changed:
            return Redirect(back)
        undo = Undo(f"/admin/clerk/{'suspend' if lift else 'resume'}", {"number": number})
        done = (
            tr("The codes of {name} bind people again, and their account may sign in", name=clerk.name)
            if lift
            else tr("The codes of {name} bind nobody now, and their account is signed out", name=clerk.name)
        )
        return Redirect(back, flash=Flash(done, undo))
