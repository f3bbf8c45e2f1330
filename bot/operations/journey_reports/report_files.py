"""A journey's report as files: a picture for a slide, a table for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.model.answer_fields import Help
from bot.model.counts import PushFigures
from bot.model.reports import JourneyGroup, JourneyReport
from bot.model.spending import spending_differences
from bot.model.translatable import Language, Translatable, tr
from bot.operations.catalog.answers import SlideText, filled
from bot.operations.journey_reports.words import (
    HELD_OUT as HELD_OUT_WORDS,
)
from bot.operations.journey_reports.words import (
    NONE_FINISHED,
    began_words,
    called,
    goal_words,
    notes,
    report_lines,
    sent_words,
)
from bot.operations.report_figures import (
    ReportedDifference,
    ReportedSpending,
    reported,
    reported_spending,
    share_of,
    share_texts,
)
from bot.operations.report_slide import FOOT, MOST_BARS, PAD, TOP, Bar, Slide
from bot.operations.spending_words import spent_cells
from bot.playbook.drawing.measure import clean, shortened, wrapped
from bot.playbook.drawing.style import drawn

HEADS = (tr("began it"), tr("time is over"), tr("still has time"))
HEAD_HIGH, ROW_MOST = 44.0, 64.0


def report_svg(report: JourneyReport, language: Language, zone: ZoneInfo) -> str:
    """The text of an SVG file."""
    about = [language.text(began_words(report)), *([report.split] if report.split else [])]
    about += map(language.text, sent_words(report))
    slide = Slide(language, called(report), " · ".join(about), report_lines(report, zone))
    bars = [
        Bar(
            one.name or clean(called(report)),
            one.rate,
            language.text(NONE_FINISHED),
            language.text(HELD_OUT_WORDS) if one.holdout else "",
            one.holdout,
        )
        for one in report.groups
    ]
    slide.compared(goal_words(report), bars, report.differences)
    _people(slide, report)
    return slide.svg(notes(report, zone))


def _people(slide: Slide, report: JourneyReport) -> None:
    """At the right: how many of each group began it, have had their time, and have not."""
    x, width = slide.right
    each, groups = (width - 92) / 3, report.groups[:MOST_BARS]
    ends = [x + width - each * (2 - number) for number in range(3)]
    for head, end in zip(HEADS, ends, strict=True):
        for number, line in enumerate(wrapped(slide.words.text(head), 14, each - 10, 2)):
            slide.text("small", end, TOP + PAD + 12 + 17 * number, line, "end")
    top = TOP + PAD + HEAD_HIGH
    high = min(ROW_MOST, (FOOT - PAD - top) / len(groups))
    for place, one in enumerate(groups):
        y = top + high * place
        drawn(slide.root, "line", {"class": "grid"}, x1=x, y1=y, x2=x + width, y2=y)
        slide.text("column", x, y + high / 2 + 6, shortened(clean(one.name), 15, 88, bold=True))
        for number, end in zip((one.began, one.over, one.under_way), ends, strict=True):
            slide.text("cell", end, y + high / 2 + 6, f"{number:,}", "end")


COLUMNS = (
    *("group", "holdout", "began", "over", "reached", "rate", "low", "high", "under_way", "early"),
    *("buyers", "money"),
)


HELD_OUT = "yes"


def report_rows(report: JourneyReport) -> Iterator[Sequence[str | Translatable]]:
    """A row for each group; rates are fractions, of whom the time is over."""
    for one in report.groups:
        numbers = (str(number) for number in (one.began, one.over, one.reached))
        held_out = Translatable(HELD_OUT) if one.holdout else ""
        shares = share_texts(one.rate)
        ahead = (str(one.under_way), str(one.early))
        yield (one.name, held_out, *numbers, *shares, *ahead, *spent_cells(one.spent))


@dataclass(frozen=True, slots=True)
class ReportedJourneyGroup:
    """A group of a split, or everybody: of `over` the time is over, of whom `reached` were in time."""

    group: str | None
    holdout: bool
    began: int
    over: int
    reached: int
    rate: float | None
    low: float | None
    high: float | None
    under_way: int
    early: Annotated[int, Help("Of those under way, who reached it already.")]
    spent: Annotated[ReportedSpending | None, Help("By those whose time is over, in it.")]


@dataclass(frozen=True, slots=True)
class ReportedJourney:
    """What a journey has brought."""

    flow: str
    title: str | None
    goal: str
    within_seconds: int
    since: datetime
    as_of: datetime
    split: str | None
    other_splits: Sequence[str]
    ungrouped: Annotated[int, Help("Who began it when it did not ask for this split.")]
    pushes: PushFigures
    groups: Sequence[ReportedJourneyGroup]
    differences: Sequence[ReportedDifference]
    spent_differences: Sequence[ReportedDifference]
    text: SlideText


def reported_journey(report: JourneyReport, language: Language, zone: ZoneInfo) -> ReportedJourney:
    """The answer of it."""
    others = [tr("groups of another split:  --split NAME")] if report.others else []
    return filled(
        *(ReportedJourney, report),
        title=report.title or None,
        within_seconds=round(report.within.total_seconds()),
        split=report.split or None,
        other_splits=report.others,
        groups=list(map(_group, report.groups)),
        differences=reported(report.differences),
        spent_differences=reported(spending_differences(report.spending)),
        text=SlideText(
            *((*report_lines(report, zone), *others), None, ()),
            *(COLUMNS, list(report_rows(report)), partial(report_svg, report, language, zone)),
        ),
    )


def _group(one: JourneyGroup) -> ReportedJourneyGroup:
    rate, low, high = share_of(one.rate)
    more = {"rate": rate, "low": low, "high": high, "spent": reported_spending(one.spent)}
    return filled(ReportedJourneyGroup, one, group=one.name or None, **more)
