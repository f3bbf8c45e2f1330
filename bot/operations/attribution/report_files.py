"""Reports of attribution and cohorts as files: a picture for a slide, tables, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from bot.model.answer_fields import TextTable
from bot.model.cohorts import Cohort
from bot.model.money import money_text
from bot.model.translatable import Language, tr
from bot.operations.attribution.report import AttributionReport, SourceReport
from bot.operations.attribution.words import (
    HEADS,
    KINDS,
    best_words,
    cost_text,
    headline,
    notes,
    source_cells,
    span_of,
    title_words,
)
from bot.operations.catalog.answers import SlideText
from bot.operations.report_slide import FOOT, MOST_BARS, PAD, TOP, Slide
from bot.playbook.drawing.measure import clean, shortened, wrapped
from bot.playbook.drawing.style import drawn

COLUMNS = (
    *("kind", "name", "title", "contacts", "buyers"),
    *("orders_after", "money_after", "orders_first", "money_first", "orders_last", "money_last", "cost"),
)
COHORT_COLUMNS = ("bound_in", "people", "months_later", "buyers", "orders", "money")


def report_rows(report: AttributionReport) -> Iterator[Sequence[str]]:
    """A row for each source."""
    for one in report.sources:
        each = (one.after, one.first, one.last)
        numbers = [text for some in each for text in (str(some.orders), str(some.money))]
        cost = "" if one.cost is None else str(one.cost)
        about = (one.kind, one.name, one.title)
        yield (*about, str(one.contacts), str(one.buyers), *numbers, cost)


def cohort_rows(cohorts: Sequence[Cohort]) -> Iterator[Sequence[str]]:
    """A row for each month of each cohort."""
    for one in cohorts:
        for later, month in enumerate(one.months):
            sales = month.sales
            bought = (str(len(month.buyers)), str(sales.orders), str(sales.money))
            yield (f"{one.month:%Y-%m}", str(one.people), str(later), *bought)


def report_svg(report: AttributionReport, language: Language, zone: ZoneInfo) -> str:
    """The text of an SVG file: the headline above, the sources that brought most, what each has cost."""
    best = [one for one in (best_words(report),) if one is not None]
    about = " · ".join(map(language.text, (span_of(report), *best)))
    slide = Slide(language, language.text(title_words(report)), about, [headline(report), *best])
    _Figures(slide, report).draw()
    return slide.svg(notes(report, zone))


def attribution_text(report: AttributionReport, language: Language, zone: ZoneInfo) -> SlideText:
    """It at a terminal, as a table for spreadsheets, as a picture."""
    best = best_words(report)
    return SlideText(
        (headline(report), *(() if best is None else (best,))),
        TextTable(HEADS, [source_cells(one) for one in report.sources]) if report.sources else None,
        tuple(notes(report, zone)),
        *(COLUMNS, list(report_rows(report))),
        partial(report_svg, report, language, zone),
    )


class _Figures:
    """The two cards of the slide."""

    def __init__(self, slide: Slide, report: AttributionReport) -> None:
        self._slide = slide
        self._rows = report.sources[:MOST_BARS]
        self._most = max((_larger(one) for one in report.sources), default=Decimal(0)) or Decimal(1)
        self._high = min(64.0, (FOOT - TOP - 2 * PAD - 34) / max(1, len(self._rows)))

    def draw(self) -> None:
        """Bars at the left, figures at the right, a line for each source."""
        words, text = self._slide.words, self._slide.text
        x, width = self._slide.left
        text("heading", x, TOP + PAD + 12, words.text(tr("Money by source: as last contact, and as first")))
        for place, one in enumerate(self._rows):
            self._bars(one, x, width, self._top(place))
        x, width = self._slide.right
        self._heads(x, width)
        for place, one in enumerate(self._rows):
            y = self._top(place) + self._high / 2 + 4
            text("cell", x + width * 0.62, y, money_text(one.last.money), "end")
            text("cell", x + width, y, cost_text(one.cost), "end")

    def _top(self, place: int) -> float:
        return TOP + PAD + 30 + self._high * place

    def _heads(self, x: float, width: float) -> None:
        words = self._slide.words
        for head, end in ((tr("as last contact"), width * 0.62), (tr("messages cost at most"), width)):
            for number, line in enumerate(wrapped(words.text(head), 14, width * 0.4, 2)):
                self._slide.text("small", x + end, TOP + PAD + 8 + 16 * number, line, "end")

    def _bars(self, one: SourceReport, x: float, width: float, y: float) -> None:
        root, words = self._slide.root, self._slide.words
        names, middle = 190.0, y + self._high / 2
        self._slide.text("group", x, middle - 1, shortened(clean(one.title), 17, names, bold=True))
        self._slide.text("small", x, middle + 16, words.text(KINDS[one.kind]))
        room = width - names - 14
        for kind, sales, up in (("bar", one.last, 0.32), ("bar quiet", one.first, 0.04)):
            long = max(1.5, room * float(sales.money / self._most))
            high = self._high * (0.26 if kind == "bar" else 0.14)
            drawn(
                root,
                "rect",
                {"class": kind},
                x=x + names + 14,
                y=middle - self._high * up,
                width=long,
                height=high,
                rx=3,
            )


def _larger(one: SourceReport) -> Decimal:
    return max(one.last.money, one.first.money)
