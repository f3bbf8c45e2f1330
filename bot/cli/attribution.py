"""`oaflow attribution report|cohorts`: orders and money after contacts, and by month of binding."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from bot.cli.answer import in_columns
from bot.cli.arguments import actions_of, add_action, add_days, add_json, add_playbook, describe
from bot.cli.order import CommandOrder, carried_out
from bot.cli.report_output import ReportForms, add_forms, show_csv, show_report
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.attribution.cohorts import MONTHS, binding_cohorts
from bot.operations.attribution.report import DAYS, WITHIN, WITHIN_MOST, AttributionReport, attribution_report
from bot.operations.attribution.report_files import (
    COHORT_COLUMNS,
    COLUMNS,
    cohort_payload,
    cohort_rows,
    report_payload,
    report_rows,
    report_svg,
)
from bot.operations.attribution.words import (
    HEADS,
    best_words,
    cohort_cells,
    cohort_heads,
    headline,
    notes,
    source_cells,
)
from bot.playbook.similar import printable

MONTHS_MOST = 12


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "What was bought after broadcasts, journeys, menus, links and coupons, and what these have cost."
    describe(command, says, example="oaflow attribution report --days 30")
    actions = actions_of(command)
    report = add_action(
        actions,
        "report",
        "orders and money by source",
        show,
        example="oaflow attribution report my-shop --csv",
    )
    add_playbook(report)
    add_days(report, default=DAYS)
    days = WITHIN.days
    report.add_argument(
        *("--within",),
        type=_within,
        default=WITHIN,
        metavar="N",
        help=f"an order counts so many days after a contact ({days})",
    )
    add_json(report)
    add_forms(report)
    cohorts = add_action(
        actions,
        "cohorts",
        "what who was bound in a month has bought since",
        show_cohorts,
        example="oaflow attribution cohorts",
    )
    add_playbook(cohorts)
    cohorts.add_argument(
        "--months", type=_months, default=MONTHS, metavar="N", help="the last N months (%(default)s)"
    )
    add_json(cohorts)
    cohorts.add_argument("--csv", action="store_true", help="as CSV for spreadsheets")


def _within(text: str) -> timedelta:
    return timedelta(days=_number(text, WITHIN_MOST.days))


def _months(text: str) -> int:
    return _number(text, MONTHS_MOST)


def _number(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ArgumentTypeError(f"a number from 1 to {most}")
    return int(text)


@carried_out()
async def show(order: CommandOrder) -> None:
    """Print what each source brought, in the form that is asked for."""
    options, channels = order.options, order.served.settings.channels
    people = await order.people()
    found = await attribution_report(people, order.playbook, channels, options.days, options.within)
    picture = partial(report_svg, found, order.speech, order.zone)
    forms = ReportForms(_lines(found, order), report_payload(found), COLUMNS, report_rows(found), picture)
    show_report(forms, order)


def _lines(found: AttributionReport, order: CommandOrder) -> Iterator[TranslatableValue]:
    yield headline(found)
    if (best := best_words(found)) is not None:
        yield best
    if found.sources:
        yield from _table(HEADS, [source_cells(one) for one in found.sources], order)
    yield from notes(found, order.zone)


def _table(
    heads: Sequence[Translatable], rows: Sequence[Sequence[Translatable | str]], order: CommandOrder
) -> Iterator[str]:
    cells = [[printable(order.speech.words(one)) for one in row] for row in (heads, *rows)]
    return in_columns(cells)


@carried_out()
async def show_cohorts(order: CommandOrder) -> None:
    """Print what each month's people have bought."""
    found = await binding_cohorts(await order.people(), order.playbook, order.options.months)
    if order.options.csv:
        show_csv(COHORT_COLUMNS, cohort_rows(found), order)
        return
    rows = [cohort_cells(one, len(found[0].months)) for one in found]
    lines = _table(cohort_heads(found), rows, order) if rows else [tr("nobody was bound in this time")]
    order.show_all({"cohorts": [cohort_payload(one) for one in found]}, lines)
