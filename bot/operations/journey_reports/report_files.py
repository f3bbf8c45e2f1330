"""A journey's report as files: a picture for a slide, a table for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from bot.model.reports import JourneyGroup, JourneyReport
from bot.model.translatable import Language, Translatable, tr
from bot.operations.catalog.answers import SlideText
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
from bot.operations.payload import pick
from bot.operations.report_figures import differences_payload, share_payload, share_texts
from bot.operations.report_slide import FOOT, MOST_BARS, PAD, TOP, Bar, Slide
from bot.operations.spending_words import spent_cells, spent_differences_payload, spent_payload
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


def report_text(report: JourneyReport, language: Language, zone: ZoneInfo) -> SlideText:
    """It at a terminal, as a table for spreadsheets, as a picture."""
    lines = [*report_lines(report, zone)]
    if report.others:
        lines.append(tr("groups of another split:  --split NAME"))
    picture = partial(report_svg, report, language, zone)
    return SlideText(tuple(lines), None, (), COLUMNS, list(report_rows(report)), picture)


def report_payload(report: JourneyReport) -> dict[str, object]:
    """All of it, for programs."""
    return {
        "flow": report.flow,
        "title": report.title or None,
        "goal": report.goal,
        "within_seconds": round(report.within.total_seconds()),
        **pick(report, "since"),
        "told": report.as_of,
        "split": report.split or None,
        "other_splits": report.others,
        **pick(report, "ungrouped", "pushes"),
        "groups": [_group(one) for one in report.groups],
        "differences": differences_payload(report.differences),
        "spent_differences": spent_differences_payload(report.spending),
    }


def _group(one: JourneyGroup) -> dict[str, object]:
    return {
        "group": one.name or None,
        **pick(one, "holdout", "began", "over", "reached"),
        **share_payload(one.rate),
        **pick(one, "under_way", "early"),
        "spent": spent_payload(one.spent),
    }
