"""Texts of a box or of a label, in rows under one another, with their marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from xml.etree.ElementTree import Element

from bot.playbook.drawing.marks import MarkKind, coin, drawn, mark
from bot.playbook.drawing.measure import clean, width, wrapped
from bot.playbook.drawing.words import Cost, DrawnLine

Style: TypeAlias = Literal["title", "step", "heard", "done"]

FONT: dict[Style, tuple[float, float]] = {
    "title": (14, 20),
    "step": (12, 18),
    "heard": (12, 17),
    "done": (11, 16),
}
"""Size of the font and height of a row, in pixels."""

MARK = 17.0
"""Width of a mark before a text."""
COIN = {"": 0.0, "$": 20.0, "($)": 20.0}
INNER = 10.0
"""How far the steps of a result are moved in."""
ROWS: dict[Style, int] = {"title": 2, "step": 2, "heard": 3, "done": 2}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text. The first `verb` signs of it are a word of the language; `figure` is a number at its right."""

    text: str
    style: Style
    verb: int = 0
    cost: Cost = ""
    inner: bool = False
    mark: MarkKind | None = None
    above: float = 0.0
    """Space above it."""
    ruled: bool = False
    """A line stands in that space: what follows is something else."""
    figure: str = ""


def of_line(line: DrawnLine, style: Style, above: float = 0.0) -> Paragraph:
    """A step as a paragraph."""
    text = f"{line.verb} {line.about}".rstrip()
    return Paragraph(text, style, len(line.verb), line.cost, line.inner, above=above)


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row, where it stands below the top of its block."""

    text: str
    x: float
    y: float
    paragraph: Paragraph
    first: bool


class Block:
    """Paragraphs, broken into rows of at most `most` pixels."""

    def __init__(self, paragraphs: Sequence[Paragraph], most: float) -> None:
        self.rows: list[TextRow] = []
        self.height = 0.0
        for paragraph in paragraphs:
            self._add(paragraph, most)
        self.width = max((self._right(row) for row in self.rows), default=0.0)

    def _add(self, paragraph: Paragraph, most: float) -> None:
        size, high = FONT[paragraph.style]
        x = (INNER if paragraph.inner else 0.0) + (MARK if paragraph.mark else 0.0)
        room = most - x - COIN[paragraph.cost] - _figure(paragraph)
        self.height += paragraph.above
        texts = wrapped(paragraph.text, size, room, ROWS[paragraph.style], bold=_bold(paragraph)) or [""]
        for number, text in enumerate(texts):
            self.rows.append(TextRow(text, x, self.height, paragraph, number == 0))
            self.height += high

    @staticmethod
    def _right(row: TextRow) -> float:
        size, _ = FONT[row.paragraph.style]
        return (
            row.x
            + width(row.text, size, bold=_bold(row.paragraph))
            + COIN[row.paragraph.cost]
            + _figure(row.paragraph)
        )

    @property
    def is_plain(self) -> bool:
        """Whether it is one text alone, in one colour and without marks."""
        only = self.rows[0].paragraph if len(self.rows) == 1 else None
        return only is not None and not (only.mark or only.verb or only.cost or only.figure)

    def draw(self, into: Element, left: float, top: float, right: float) -> None:
        """Draw it from (left, top) on; coins and figures stand at `right`."""
        for row in self.rows:
            if row.first and row.paragraph.ruled:
                y = top + row.y - row.paragraph.above / 2
                drawn(into, "line", {"class": "rule"}, x1=left, y1=y, x2=right, y2=y)
            _draw(into, row, left + row.x, top + row.y, right)

    def draw_middle(self, into: Element, middle: float, top: float) -> None:
        """Draw one that is plain around `middle`: a narrower font leaves the same space on both sides."""
        [row] = self.rows
        size, high = FONT[row.paragraph.style]
        at = {"class": row.paragraph.style, "text-anchor": "middle"}
        drawn(into, "text", at, x=middle, y=top + high / 2 + size * 0.36).text = row.text


def _bold(paragraph: Paragraph) -> bool:
    return paragraph.style == "title"


def _figure(paragraph: Paragraph) -> float:
    return width(clean(paragraph.figure), FONT["title"][0], bold=True) + 8 if paragraph.figure else 0.0


def _draw(into: Element, row: TextRow, x: float, top: float, right: float) -> None:
    paragraph = row.paragraph
    size, high = FONT[paragraph.style]
    base = top + high / 2 + size * 0.36
    verb = row.text[: paragraph.verb] if row.first else ""
    text = drawn(into, "text", {"class": paragraph.style}, x=x, y=base)
    if verb:
        drawn(text, "tspan", {"class": "verb"}).text = verb
        text[0].tail = row.text[len(verb) :]
    else:
        text.text = row.text
    if not row.first:
        return
    if paragraph.mark:
        mark(into, paragraph.mark, x - MARK + 6, top + high / 2)
    if paragraph.cost:
        coin(into, paragraph.cost, right - 7, top + high / 2)
    if paragraph.figure:
        at = {"class": "figure", "text-anchor": "end"}
        drawn(into, "text", at, x=right - COIN[paragraph.cost], y=base).text = clean(paragraph.figure)
