"""A broadcast's report as files: a picture for a slide, a table for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.model.answer_fields import Help, Sentence
from bot.model.broadcast import LeftOut
from bot.model.proportions import GroupDifference, interval
from bot.model.reports import BOUGHT, FEWEST, BroadcastReport, Reaction, ReportGroup
from bot.model.spending import spending_differences
from bot.model.translatable import Language, Translatable
from bot.operations.broadcasts.report_words import (
    HELD_OUT,
    REACTIONS,
    called,
    money_in_short,
    notes,
    rate_words,
    reaction_words,
    report_lines,
    sent_words,
    skipped_words,
)
from bot.operations.catalog.answers import SlideText, filled
from bot.operations.report_figures import (
    NO_DIFFERENCE,
    ReportedDifference,
    ReportedSpending,
    between,
    moment_words,
    percent,
    reported,
    reported_spending,
    share_of,
    share_texts,
)
from bot.operations.report_slide import FOOT, PAD, TOP, Bar, Slide, chart
from bot.operations.spending_words import spent_cells
from bot.playbook.drawing.measure import clean, shortened, wrapped
from bot.playbook.drawing.style import drawn

MOST_COLUMNS = 4


def report_svg(report: BroadcastReport, language: Language, zone: ZoneInfo, account: str = "") -> str:
    """The text of an SVG file; `account`: what people call the channel, where there are several."""
    began = moment_words(report.began or report.moment, zone)
    skipped = skipped_words(report)
    figures = (sent_words(report), *([] if skipped is None else [skipped]), *money_in_short(report))
    lines = map(language.text, figures)
    about = " · ".join((began, *filter(None, [account]), *lines))
    slide = Slide(language, called(report), about, report_lines(report, zone))
    _Figures(slide, report).draw()
    return slide.svg(notes(report, zone))


class _Figures:
    def __init__(self, slide: Slide, report: BroadcastReport) -> None:
        self._slide = slide
        self._root = slide.root
        self._text = slide.text
        self._words = slide.words
        self._report = report

    def draw(self) -> None:
        """The main thing at the left, all else at the right."""
        report, main = self._report, self._report.main
        if len(report.groups) > 1 and main is not None:
            bars = [self._bar(one, main) for one in report.groups]
            self._slide.compared(reaction_words(report, main), bars, report.differences(main))
            self._table(*self._slide.right)
        else:
            self._alone(*self._slide.left)
            self._captions(*self._slide.right)

    def _bar(self, group: ReportGroup, reaction: Reaction) -> Bar:
        below = self._words.text(HELD_OUT) if group.holdout else ""
        return Bar(group.name, group.rate(reaction), self._instead(group, reaction), below, group.holdout)

    def _instead(self, group: ReportGroup, reaction: Reaction) -> str:
        words = rate_words(group, reaction) if group.hidden(reaction) else None
        return "–" if words is None else self._words.text(words)

    def _table(self, x: float, width: float) -> None:
        """All other reactions: a row each, a column for each group."""
        groups = self._report.groups[:MOST_COLUMNS]
        others = [one for one in self._report.reactions if one != self._report.main]
        each = min(92.0, (width - 120) / len(groups))
        for number, group in enumerate(groups):
            end = x + width - each * (len(groups) - 1 - number)
            name = shortened(clean(group.name), 15, each - 8, bold=True)
            self._text("column", end, TOP + PAD + 14, name, "end")
        row = min(78.0, (FOOT - TOP - 2 * PAD - 24) / max(1, len(others)))
        for place, reaction in enumerate(others):
            y = TOP + PAD + 24 + row * place
            drawn(self._root, "line", {"class": "grid"}, x1=x, y1=y, x2=x + width, y2=y)
            room = width - each * len(groups) - 8
            lines = wrapped(self._words.text(REACTIONS[reaction]), 15, room, 2)
            for number, line in enumerate(lines):
                self._text("row", x, y + 26 + 18 * number, line)
            for number, group in enumerate(groups):
                end = x + width - each * (len(groups) - 1 - number)
                self._text("cell", end, y + 28, self._short(group, reaction), "end")
            self._text("small", x + width, y + 52, self._found(reaction, width - room * 0.3), "end")

    def _short(self, group: ReportGroup, reaction: Reaction) -> str:
        rate = group.rate(reaction)
        if rate is None:
            return "<20" if group.hidden(reaction) else "–"
        return percent(rate.share)

    def _found(self, reaction: Reaction, room: float) -> str:
        """The differences of a reaction beside the main one, in short."""
        differences = self._report.differences(reaction)
        ways = ((one.one, one.other) if one.by > 0 else (one.other, one.one) for one in _seen(differences))
        seen = [f"{more} > {less}" for more, less in ways]
        if not differences:
            return ""
        return shortened("、".join(seen) if seen else self._words.text(NO_DIFFERENCE), 13, room)

    def _alone(self, x: float, width: float) -> None:
        """All reactions of who got the same."""
        group = self._report.groups[0]
        bars = [
            Bar(
                self._words.text(REACTIONS[one]),
                group.rate(one),
                self._instead(group, one),
                quiet=one == "blocked",
            )
            for one in self._report.reactions
        ]
        chart(self._root, bars, x, TOP + PAD, width, FOOT - TOP - 2 * PAD)

    def _captions(self, x: float, width: float) -> None:
        """What each figure says, with its interval and time."""
        group = self._report.groups[0]
        reactions = self._report.reactions
        row = min(74.0, (FOOT - TOP - 2 * PAD) / max(1, len(reactions)))
        for place, reaction in enumerate(reactions):
            y = TOP + PAD + row * place
            title = self._words.text(reaction_words(self._report, reaction))
            self._text("row", x, y + 14, shortened(title, 15, width))
            rate = group.rate(reaction)
            figure = self._instead(group, reaction) if rate is None else between(interval(rate))
            self._text("small", x, y + 36, figure)


def _seen(differences: Sequence[GroupDifference]) -> Iterator[GroupDifference]:
    return (one for one in differences if one.is_seen)


COLUMNS = (
    *("group", "people", "got", "reaction", "number", "of", "rate", "low", "high"),
    *("cost_at_most", "cost_of_each_at_most", "buyers", "money"),
)


def report_rows(report: BroadcastReport) -> Iterator[Sequence[str | Translatable]]:
    """A row for each group and reaction; rates are fractions, costs NT$. Below LINE's threshold: `<20`."""
    for group, reaction in report.cells():
        rate = group.rate(reaction)
        begins = (group.name, str(group.people), str(group.got), Translatable(reaction))
        number, of = (f"<{FEWEST}", group.got) if rate is None else (str(rate.number), rate.people)
        each = report.cost_of_each(reaction, group) if reaction in BOUGHT and not group.holdout else None
        costs = (_amount(report.cost_of_group(group)), _amount(each))
        yield (*begins, number, str(of), *share_texts(rate), *costs, *spent_cells(group.spent))


def _amount(amount: Decimal | None) -> str:
    """To hundredths of a cent; empty where it is not known."""
    return "" if amount is None else str(amount.quantize(Decimal("0.0001")).normalize() + 0)


def report_text(report: BroadcastReport, language: Language, zone: ZoneInfo, account: str = "") -> SlideText:
    """It at a terminal, as a table for spreadsheets, as a picture."""
    picture = partial(report_svg, report, language, zone, account)
    return SlideText(tuple(report_lines(report, zone)), None, (), COLUMNS, list(report_rows(report)), picture)


@dataclass(frozen=True, slots=True)
class ReportedReaction:
    """How many of a group did something."""

    number: Annotated[int | None, Help("`null`: fewer than `fewer_than`, LINE does not say how many.")]
    fewer_than: int | None
    of: int
    rate: float | None
    low: float | None
    high: float | None
    within_seconds: int | None
    so_far: Annotated[bool, Help("There is time left for it.")]


@dataclass(frozen=True, slots=True)
class ReportedGroup:
    """Those who were meant to get the same."""

    group: str | None
    holdout: bool
    people: int
    got: int
    cost_at_most: float | None
    left_out: Mapping[LeftOut, int]
    spent: ReportedSpending | None
    reactions: Mapping[Reaction, ReportedReaction]


@dataclass(frozen=True, slots=True)
class ReportedBroadcast:
    """What became of a sending."""

    broadcast: str
    title: str | None
    channel: str
    sending: str
    moment: datetime
    began: datetime | None
    ended: datetime | None
    as_of: datetime
    goal: str | None
    refused: Annotated[Mapping[str, int], Help("People, by what LINE said.")]
    counted_with_others: Annotated[bool, Help("LINE counts it together with others of the month.")]
    line_silent: Annotated[Sentence | None, Help("Why LINE's figures are missing.")]
    cost_at_most: float | None
    cost_of_each_at_most: Mapping[Reaction, float | None]
    groups: Sequence[ReportedGroup]
    differences: Mapping[Reaction, Sequence[ReportedDifference]]
    spent_within_seconds: int
    spent_differences: Sequence[ReportedDifference]
    text: SlideText


def reported_broadcast(
    report: BroadcastReport,
    silent: Translatable | None,
    language: Language,
    zone: ZoneInfo,
    account: str = "",
) -> ReportedBroadcast:
    """The answer of it; `silent` is why LINE's figures are missing, `account` as in `report_svg`."""
    return filled(
        *(ReportedBroadcast, report),
        title=report.title or None,
        goal=report.goal or None,
        counted_with_others=report.shared,
        line_silent=silent,
        cost_at_most=_money(report.cost),
        cost_of_each_at_most={one: _money(report.cost_of_each(one)) for one in BOUGHT},
        groups=[_group(report, one) for one in report.groups],
        differences={one: reported(report.differences(one)) for one in report.reactions},
        spent_within_seconds=round(report.spent_within.total_seconds()),
        spent_differences=reported(spending_differences(report.spending)),
        text=SlideText(
            *((*report_lines(report, zone), *([] if silent is None else [silent])), None, ()),
            *(COLUMNS, list(report_rows(report)), partial(report_svg, report, language, zone, account)),
        ),
    )


def _group(report: BroadcastReport, group: ReportGroup) -> ReportedGroup:
    return filled(
        *(ReportedGroup, group),
        group=group.name or None,
        cost_at_most=_money(report.cost_of_group(group)),
        spent=reported_spending(group.spent),
        reactions={one: _cell(report, group, one) for of, one in report.cells() if of is group},
    )


def _cell(report: BroadcastReport, group: ReportGroup, reaction: Reaction) -> ReportedReaction:
    rate, span = group.rate(reaction), report.within.get(reaction)
    return ReportedReaction(
        None if rate is None else rate.number,
        FEWEST if rate is None else None,
        group.got if rate is None else rate.people,
        *share_of(rate),
        None if span is None else round(span.total_seconds()),
        report.is_open(reaction),
    )


def _money(amount: Decimal | None) -> float | None:
    return None if amount is None else round(float(amount), 4)
