"""What reports of attribution and cohorts say, in sentences and in cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.model.attribution import Sales, SourceKind
from bot.model.cohorts import Cohort
from bot.model.money import money_text
from bot.model.translatable import Translatable, plural, tr
from bot.operations.attribution.report import AttributionReport, SourceReport
from bot.operations.promotions import touch_kinds
from bot.operations.report_figures import moment_words, percent, span_words

KINDS: Mapping[SourceKind, Translatable] = {
    "broadcast": tr("broadcast"),
    "journey": tr("journey"),
    "menu": tr("menu"),
    "link": tr("link"),
    **{one.kind: one.says for one in touch_kinds()},
}
HEADS: Sequence[Translatable] = (
    tr("kind"),
    tr("source"),
    tr("contacts"),
    tr("buyers"),
    tr("sold after it"),
    tr("as first contact"),
    tr("as last contact"),
    tr("messages cost at most"),
)
COHORT_HEADS: Sequence[Translatable] = (tr("bound in"), tr("people"), tr("per person"), tr("same month"))


def headline(report: AttributionReport) -> Translatable:
    """The one sentence for whoever reads no more."""
    if not report.total.orders:
        return tr("No order was paid in the last {days} days", days=report.days)
    return tr(
        "{money} in {orders} after a contact on LINE: {share} of what bound members bought in {days} days",
        money=money_text(report.touched),
        orders=orders_words(report.touched_orders),
        share=percent(report.touched_share),
        days=report.days,
    )


def title_words(report: AttributionReport) -> Translatable:
    """The same as the title of a slide, whose line below it says of how many orders and days."""
    return tr(
        "{money} after a contact on LINE, {share} of what bound members bought",
        money=money_text(report.touched),
        share=percent(report.touched_share),
    )


def span_of(report: AttributionReport) -> Translatable:
    """`12 orders in 30 days`."""
    return tr("{orders} in {days} days", orders=orders_words(report.touched_orders), days=report.days)


def best_words(report: AttributionReport) -> Translatable | None:
    """Which source stands first, beside its cost; `None` where none brought anything."""
    best = report.sources[0] if report.sources else None
    if best is None or not best.last.orders:
        return None
    money, name = money_text(best.last.money), best.title
    if not best.cost:
        return tr("Most as last contact: “{name}”, {money}", name=name, money=money)
    return tr(
        "Most as last contact: “{name}”, {money}; its messages cost {cost} at most",
        name=name,
        money=money,
        cost=money_text(best.cost),
    )


def orders_words(number: int) -> Translatable:
    """`1 order`, `1,204 orders`."""
    return plural("1 order", "{number} orders", number)


def sales_words(sales: Sales) -> Translatable:
    """`NT$1,200 (3 orders)`."""
    return tr("{money} ({orders})", money=money_text(sales.money), orders=orders_words(sales.orders))


def cost_text(cost: Decimal | None) -> str:
    """`NT$0.6`; a dash where there is none, or no price is known."""
    return "–" if cost is None else money_text(cost)


def source_cells(one: SourceReport) -> Sequence[Translatable | str]:
    """One source, under `HEADS`."""
    return (
        KINDS[one.kind],
        one.title,
        f"{one.contacts:,}",
        f"{one.buyers:,}",
        *map(sales_words, (one.after, one.first, one.last)),
        cost_text(one.cost),
    )


def cohort_heads(cohorts: Sequence[Cohort]) -> Sequence[Translatable]:
    """The heads of a table of cohorts, with a column for each month that the oldest has had."""
    later = range(1, max((len(one.months) for one in cohorts), default=1))
    return (*COHORT_HEADS, *(plural("1 month later", "{number} months later", number) for number in later))


def cohort_cells(one: Cohort, months: int) -> Sequence[str]:
    """One cohort, under `cohort_heads` of so many `months`: money per person, in all and by month."""
    each = (money_text(month.sales.money / one.people) for month in one.months)
    ahead = [""] * (months - len(one.months))
    return (f"{one.month:%Y-%m}", f"{one.people:,}", money_text(one.total.money / one.people), *each, *ahead)


def notes(report: AttributionReport, zone: ZoneInfo) -> Iterator[Translatable]:
    """How the figures are to be read."""
    yield tr("an order counts within {span} of a contact", span=span_words(report.within))
    if report.direct.orders:
        yield tr("without one before: {sales}", sales=sales_words(report.direct))
    if report.called_off:
        yield tr("cancelled or refunded, and not counted: {orders}", orders=orders_words(report.called_off))
    if report.unpriced:
        yield tr("without an amount from the shop: {orders}", orders=orders_words(report.unpriced))
    yield tr("who would have bought anyway is among them: only a group that gets nothing tells them apart")
    yield tr("counted until {moment}", moment=moment_words(report.as_of, zone))
