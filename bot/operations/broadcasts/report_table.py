"""A report for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.model.broadcast_report import BOUGHT, FEWEST, BroadcastReport, Reaction, ReportGroup
from bot.model.said import Said
from bot.operations.reports.fields import differences_told, interval_told, share_texts

COLUMNS = (
    *("group", "people", "got", "reaction", "number", "of", "rate", "low", "high"),
    *("cost_at_most", "cost_of_each_at_most"),
)


def report_rows(report: BroadcastReport) -> Iterator[Sequence[str | Said]]:
    """A row for each group and reaction; rates are fractions, costs NT$. Below LINE's threshold: `<20`."""
    for group, reaction in report.cells():
        rate = group.rate(reaction)
        begins = (group.name, str(group.people), str(group.got), Said(reaction))
        number, of = (f"<{FEWEST}", group.got) if rate is None else (str(rate.number), rate.people)
        each = report.cost_of_each(reaction, group) if reaction in BOUGHT and not group.holdout else None
        costs = (_amount(report.cost_of_group(group)), _amount(each))
        yield (*begins, number, str(of), *share_texts(rate), *costs)


def _amount(amount: Decimal | None) -> str:
    """To hundredths of a cent; empty where it is not known."""
    return "" if amount is None else str(amount.quantize(Decimal("0.0001")).normalize() + 0)


def report_told(report: BroadcastReport) -> dict[str, object]:
    """All of it."""
    return {
        "broadcast": report.broadcast,
        "title": report.title or None,
        "channel": report.channel,
        "sending": report.sending,
        "moment": report.moment,
        "began": report.began,
        "ended": report.ended,
        "told": report.told,
        "goal": report.goal or None,
        "refused": dict(report.refused),
        "counted_with_others": report.shared,
        "cost_at_most": _money(report.cost),
        "cost_of_each_at_most": {one: _money(report.cost_of_each(one)) for one in BOUGHT},
        "groups": [_group(report, one) for one in report.groups],
        "differences": {
            reaction: differences_told(report.differences(reaction)) for reaction in report.reactions
        },
    }


def _group(report: BroadcastReport, group: ReportGroup) -> dict[str, object]:
    return {
        "group": group.name or None,
        "holdout": group.holdout,
        "people": group.people,
        "got": group.got,
        "cost_at_most": _money(report.cost_of_group(group)),
        "left_out": dict(group.left_out),
        "reactions": {
            reaction: _cell(report, group, reaction) for of, reaction in report.cells() if of is group
        },
    }


def _cell(report: BroadcastReport, group: ReportGroup, reaction: Reaction) -> dict[str, object]:
    rate, span = group.rate(reaction), report.within.get(reaction)
    return {
        "number": None if rate is None else rate.number,
        "fewer_than": FEWEST if rate is None else None,
        "of": group.got if rate is None else rate.people,
        "rate": None if rate is None else rate.share,
        **interval_told(rate),
        "within_seconds": None if span is None else round(span.total_seconds()),
        "so_far": report.is_open(reaction),
    }


def _money(amount: Decimal | None) -> float | None:
    return None if amount is None else round(float(amount), 4)
