"""What broadcasts, journeys, menus, links and coupons brought in orders, and by month of binding (N6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le

from bot.model.answer_fields import Help, TextTable
from bot.model.cohorts import Cohort
from bot.model.translatable import tr
from bot.operations.attribution.cohorts import MONTHS, binding_cohorts
from bot.operations.attribution.report import (
    DAYS,
    WITHIN,
    WITHIN_MOST,
    AttributionReport,
    attribution_report,
)
from bot.operations.attribution.report_files import (
    COHORT_COLUMNS,
    attribution_text,
    cohort_rows,
)
from bot.operations.attribution.words import (
    cohort_cells,
    cohort_heads,
)
from bot.operations.catalog.answers import ReportText, SlideText, filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation

AttributionDays: TypeAlias = Annotated[int, Ge(1), Le(3_660), Help("the last so many days, with today (30)")]
AttributionWithin: TypeAlias = Annotated[
    int, Ge(1), Le(WITHIN_MOST.days), Help("an order counts so many days after a contact (7)")
]
CohortMonths: TypeAlias = Annotated[int, Ge(1), Le(12), Help("the last so many months (6)")]


@dataclass(frozen=True, slots=True)
class AttributedOrders(AttributionReport):
    """The orders of some days, and what they are credited to."""

    text: SlideText


@dataclass(frozen=True, slots=True)
class MonthSales:
    """What people bought in a month; `money` is NT$, exactly."""

    buyers: int
    orders: int
    money: Decimal


@dataclass(frozen=True, slots=True)
class BindingCohort:
    """The people who were bound in a month, and what they have bought."""

    bound_in: Annotated[str, Help("The month, YYYY-MM.")]
    people: int
    orders: int
    money: Decimal
    months: Annotated[Sequence[MonthSales], Help("That month, and each since.")]


@dataclass(frozen=True, slots=True)
class BindingCohorts:
    """The oldest first."""

    cohorts: Sequence[BindingCohort]
    text: ReportText


@operation("attribution.report", example="my-shop --days 30")
async def report_attribution(
    call: OperationCall, days: AttributionDays = DAYS, within: AttributionWithin = WITHIN.days
) -> AttributedOrders:
    """Orders and money after broadcasts, journeys, menus, links and coupons."""
    found = await attribution_report(
        *(call.stores, call.playbook, call.settings.channels, days),
        timedelta(days=within),
    )
    return filled(AttributedOrders, found, text=attribution_text(found, call.language, call.playbook.zone))


@operation("attribution.cohorts")
async def list_cohorts(call: OperationCall, months: CohortMonths = MONTHS) -> BindingCohorts:
    """What those who were bound in a month have bought since, month by month."""
    found = await binding_cohorts(call.stores, call.playbook, months)
    table = TextTable(cohort_heads(found), [cohort_cells(one, len(found[0].months)) for one in found])
    text = ReportText(
        *(() if found else (tr("nobody was bound in this time"),), table if found else None, ()),
        *(COHORT_COLUMNS, list(cohort_rows(found))),
    )
    return BindingCohorts([_cohort(one) for one in found], text)


def _cohort(one: Cohort) -> BindingCohort:
    months = [MonthSales(len(each.buyers), each.sales.orders, each.sales.money) for each in one.months]
    return BindingCohort(f"{one.month:%Y-%m}", one.people, one.total.orders, one.total.money, months)
