"""What was bought after each broadcast, journey, menu, link and coupon, as a page and as files (N6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

from bot.model.attribution import SourceKind
from bot.model.cohorts import Cohort
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.translatable import tr
from bot.operations.attribution.cohorts import binding_cohorts
from bot.operations.attribution.report import (
    DAYS,
    WITHIN,
    AttributionReport,
    SourceReport,
    attribution_report,
)
from bot.operations.attribution.report_files import attribution_text
from bot.operations.attribution.words import (
    KINDS,
    best_words,
    cohort_cells,
    cohort_heads,
    cost_text,
    headline,
    notes,
    orders_words,
)
from bot.operations.recent_figures import AT_ONCE, RecentFigures
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, RenderedPage, Visit, page_address
from bot.web.promotions import touch_page

PAGE = "/admin/attribution"
TITLE = tr("Orders after LINE")
DAYS_CHOICE = (7, DAYS, 90)
"""The choice of days of a report."""
WITHIN_CHOICE = (1, WITHIN.days, 30)
"""The choice of days after a contact within which an order counts."""
FILES = {"csv": "text/csv", "svg": "image/svg+xml"}
"""The media types of the files."""


@dataclass(frozen=True, slots=True)
class AttributionFigures:
    """What the page shows: the report, and cohorts by month of binding."""

    report: AttributionReport
    cohorts: tuple[Cohort, ...]


RecentAttribution: TypeAlias = RecentFigures[[int, int, str], AttributionFigures]
"""By the days of the report, the days after a contact, and the version of the playbook."""


def recent_attribution(context: ConsoleContext, at_once: float = AT_ONCE) -> RecentAttribution:
    """Counts orders once for all visitors, since millions of recipients are read for it; the caller closes
    it."""

    async def count(days: int, within: int, version: str) -> AttributionFigures:
        stores, book, channels = context.stores, context.playbook(), context.settings().channels
        span = timedelta(days=within)
        return AttributionFigures(
            await attribution_report(stores, book, channels, days, span), await binding_cohorts(stores, book)
        )

    return RecentFigures(count, context.now, at_once=at_once)


@dataclass(frozen=True, slots=True)
class AttributionPages(AdminPages):
    """`/admin/attribution`."""

    context: ConsoleContext
    figures: RecentAttribution

    async def attribution(self, visit: Visit) -> AdminAnswer:
        """The page: the headline, each source, and cohorts by month of binding."""
        days, within = _chosen(visit)
        spans = {
            "days": [(one, _address(one, within), one == days) for one in DAYS_CHOICE],
            "within": [(one, _address(days, one), one == within) for one in WITHIN_CHOICE],
        }
        recent = await self.figures.of(days, within, self.context.playbook().version)
        if recent is None:
            return RenderedPage("attribution.html", TITLE, {**spans, "headline": None})
        found, cohorts = recent.value.report, recent.value.cohorts
        most = max((one.after.money for one in found.sources), default=0)
        data = {
            **spans,
            "headline": headline(found),
            "best": best_words(found),
            "has_orders": found.total.orders > 0,
            "rows": [_row(one, float(most)) for one in found.sources],
            "notes": list(notes(found, self.context.playbook().zone)),
            "cohort_heads": cohort_heads(cohorts),
            "cohorts": [cohort_cells(one, len(cohorts[0].months)) for one in cohorts],
            "files": {kind: _address(days, within, kind) for kind in FILES},
        }
        return RenderedPage("attribution.html", TITLE, data)

    async def attribution_file(self, visit: Visit) -> AdminAnswer:
        """The report as a table for spreadsheets, or as a picture for a slide."""
        days, within = _chosen(visit)
        kind = visit.query("as")
        if kind not in FILES:
            return RenderedPage("message.html", tr("There is no such report"), status=404)
        recent = await self.figures.of(days, within, self.context.playbook().version)
        if recent is None:
            return RenderedPage(
                "message.html", tr("This is being counted: look again in a moment"), status=503
            )
        found, words, zone = recent.value.report, visit.words, self.context.playbook().zone
        shown = attribution_text(found, words, zone)
        text = shown.csv(words) if kind == "csv" else shown.picture()
        return Download(
            text.encode(), FILES[kind], f"attribution-{found.as_of.astimezone(zone):%Y%m%d}.{kind}"
        )


def _chosen(visit: Visit) -> tuple[int, int]:
    """The days of the report, and within how many after a contact an order counts."""
    return _one_of(DAYS_CHOICE, visit.query("days"), DAYS), _one_of(
        WITHIN_CHOICE, visit.query("within"), WITHIN.days
    )


def _one_of(choice: tuple[int, ...], asked: str, otherwise: int) -> int:
    return next((one for one in choice if str(one) == asked), otherwise)


def _address(days: int, within: int, kind: str = "") -> str:
    asked = {"days": str(days), "within": str(within)}
    return page_address(f"{PAGE}/file", **asked, **{"as": kind}) if kind else page_address(PAGE, **asked)


def _page_of(kind: SourceKind, name: str) -> str:
    """The address of the page of a source: a broadcast, a journey, a link, a menu, one of a promotion."""
    match kind:
        case "broadcast":
            return page_address("/admin/broadcasts/one", name=name)
        case "journey":
            return f"/admin/flows/{quote(name)}"
        case "link":
            return "/admin/links"
        case "menu":
            return "/admin/menus"
        case _:
            return touch_page(kind, name)


def _row(one: SourceReport, most: float) -> Mapping[str, Any]:
    kind, name = one.kind, one.name
    return {
        "kind": KINDS[kind],
        "title": visible(one.title),
        "to": _page_of(kind, name),
        "contacts": f"{one.contacts:,}",
        "buyers": f"{one.buyers:,}",
        "share": float(one.after.money) / most if most else 0,
        "sold": [
            (tr("sold after it"), money_text(one.after.money), orders_words(one.after.orders)),
            (tr("as first contact"), money_text(one.first.money), orders_words(one.first.orders)),
            (tr("as last contact"), money_text(one.last.money), orders_words(one.last.orders)),
        ],
        "cost": cost_text(one.cost),
    }
