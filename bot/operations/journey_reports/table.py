"""A journey's report for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from bot.model.reports import JourneyGroup, JourneyReport
from bot.model.translatable import Translatable
from bot.operations.reports.figures import differences_told, interval_told, share_texts

COLUMNS = ("group", "holdout", "began", "over", "reached", "rate", "low", "high", "under_way", "early")


HELD_OUT = "yes"


def report_rows(report: JourneyReport) -> Iterator[Sequence[str | Translatable]]:
    """A row for each group; rates are fractions, of whom the time is over."""
    for one in report.groups:
        numbers = (str(number) for number in (one.began, one.over, one.reached))
        held_out = Translatable(HELD_OUT) if one.holdout else ""
        shares = share_texts(one.rate)
        yield (one.name, held_out, *numbers, *shares, str(one.under_way), str(one.early))


def report_told(report: JourneyReport) -> dict[str, object]:
    """All of it."""
    return {
        "flow": report.flow,
        "title": report.title or None,
        "goal": report.goal,
        "within_seconds": round(report.within.total_seconds()),
        "since": report.since,
        "told": report.told,
        "split": report.split or None,
        "other_splits": list(report.others),
        "ungrouped": report.ungrouped,
        "pushes": asdict(report.pushes),
        "groups": [_group(one) for one in report.groups],
        "differences": differences_told(report.differences),
    }


def _group(one: JourneyGroup) -> dict[str, object]:
    return {
        "group": one.name or None,
        "holdout": one.holdout,
        "began": one.began,
        "over": one.over,
        "reached": one.reached,
        "rate": None if one.rate is None else one.rate.share,
        **interval_told(one.rate),
        "under_way": one.under_way,
        "early": one.early,
    }
