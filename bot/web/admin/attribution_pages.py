"""What was bought after each broadcast, journey, menu, link and coupon, as a page and as files (N6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bot.engine.compiled.playbook import Playbook
from bot.model.attribution import SourceKind
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.settings import Settings
from bot.model.translatable import tr
from bot.operations.attribution.cohorts import binding_cohorts
from bot.operations.attribution.report import (
    DAYS,
    WITHIN,
    AttributionReport,
    SourceReport,
    attribution_report,
)
from bot.operations.attribution.report_files import report_csv, report_svg
from bot.operations.attribution.words import (
    COHORT_HEADS,
    KINDS,
    best_words,
    cohort_cells,
    cost_text,
    headline,
    notes,
    orders_words,
)
from bot.store.stores import Stores
from bot.web.admin.visit import AdminAnswer, AdminHandler, Download, RenderedPage, Visit, page_address

PAGE = "/admin/attribution"
TITLE = tr("What LINE brought")
DAYS_CHOICE = (7, DAYS, 90)
WITHIN_CHOICE = (1, WITHIN.days, 30)
FILES = {"csv": "text/csv", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class AttributionPages:
    """`/admin/attribution`."""

    stores: Stores
    playbook: Callable[[], Playbook]
    settings: Callable[[], Settings]

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"attribution": self.shown, "attribution_file": self.file}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """The headline, each source, and cohorts by month of binding."""
        days, within = _chosen(visit)
        found = await self._report(days, within)
        cohorts = await binding_cohorts(self.stores, self.playbook())
        most = max((one.sales.after.money for one in found.sources), default=0)
        data = {
            "headline": headline(found),
            "best": best_words(found),
            "has_orders": found.all.total.orders > 0,
            "days": [(one, _address(one, within), one == days) for one in DAYS_CHOICE],
            "within": [(one, _address(days, one), one == within) for one in WITHIN_CHOICE],
            "rows": [_row(one, float(most)) for one in found.sources],
            "notes": list(notes(found, self.playbook().zone)),
            "cohort_heads": COHORT_HEADS,
            "cohorts": [cohort_cells(one) for one in cohorts],
            "files": {kind: _address(days, within, kind) for kind in FILES},
        }
        return RenderedPage("attribution.html", TITLE, data)

    async def file(self, visit: Visit) -> AdminAnswer:
        """The same as a table for spreadsheets, or as a picture for a slide."""
        days, within = _chosen(visit)
        kind = visit.query("as")
        if kind not in FILES:
            return RenderedPage("message.html", tr("There is no such report"), status=404)
        found, words, zone = await self._report(days, within), visit.words, self.playbook().zone
        text = report_csv(found, words) if kind == "csv" else report_svg(found, words, zone)
        return Download(
            text.encode(), FILES[kind], f"attribution-{found.as_of.astimezone(zone):%Y%m%d}.{kind}"
        )

    async def _report(self, days: int, within: int) -> AttributionReport:
        channels = self.settings().channels
        return await attribution_report(self.stores, self.playbook(), channels, days, timedelta(days=within))


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
    """Where one of the playbook stands."""
    match kind:
        case "broadcast":
            return page_address("/admin/broadcasts/one", name=name)
        case "journey":
            return f"/admin/flows/{quote(name)}"
        case "coupon":
            return page_address("/admin/coupons/one", coupon=name)
        case "link":
            return "/admin/links"
        case "menu":
            return "/admin/menus"


def _row(one: SourceReport, most: float) -> Mapping[str, Any]:
    kind, name = one.source
    sales = one.sales
    return {
        "kind": KINDS[kind],
        "title": visible(one.title),
        "to": _page_of(kind, name),
        "contacts": f"{one.touches:,}",
        "buyers": f"{len(sales.buyers):,}",
        "share": float(sales.after.money) / most if most else 0,
        "sold": [
            (tr("sold after it"), money_text(sales.after.money), orders_words(sales.after.orders)),
            (tr("as first contact"), money_text(sales.first.money), orders_words(sales.first.orders)),
            (tr("as last contact"), money_text(sales.last.money), orders_words(sales.last.orders)),
        ],
        "cost": cost_text(one.cost),
    }
