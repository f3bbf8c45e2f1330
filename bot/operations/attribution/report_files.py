"""Reports of attribution and cohorts as files: a picture for a slide, tables, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.model.cohorts import Cohort
from bot.model.money import money_text
from bot.model.translatable import Language, Translatable, tr
from bot.operations.attribution.report import AttributionReport, SourceReport
from bot.operations.attribution.words import (
    KINDS,
    best_words,
    cost_text,
    headline,
    notes,
    span_of,
    title_words,
)
from bot.operations.report_slide import FOOT, MOST_BARS, PAD, TOP, Slide
from bot.playbook.csv_table import MARK, csv_line
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
        sales = one.sales
        each = (sales.after, sales.first, sales.last)
        numbers = [text for some in each for text in (str(some.orders), str(some.money))]
        cost = "" if one.cost is None else str(one.cost)
        about = (one.source.kind, one.source.name, one.title)
        yield (*about, str(one.touches), str(len(sales.buyers)), *numbers, cost)


def report_csv(report: AttributionReport, words: Language) -> str:
    """For spreadsheets."""
    heads = [words.within("table").text(Translatable(name)) for name in COLUMNS]
    return MARK + csv_line(heads) + "".join(map(csv_line, report_rows(report)))


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
            text("cell", x + width * 0.62, y, money_text(one.sales.last.money), "end")
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
        self._slide.text("small", x, middle + 16, words.text(KINDS[one.source.kind]))
        room = width - names - 14
        for kind, sales, up in (("bar", one.sales.last, 0.32), ("bar quiet", one.sales.first, 0.04)):
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
    return max(one.sales.last.money, one.sales.first.money)
