"""Boxes and labels of a flow's picture: their texts in rows, their size, and how they are drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from xml.etree.ElementTree import Element

from bot.playbook.drawing.layout import Point, Size
from bot.playbook.drawing.measure import clean, width, wrapped
from bot.playbook.drawing.sketch import Arrow, Box, BoxKind
from bot.playbook.drawing.style import MarkKind, coin, drawn, mark, number
from bot.playbook.drawing.words import Cost, DiagramStep

Style: TypeAlias = Literal[
    "title",  # a state's title
    "step",  # what a state does on entry
    "heard",  # a trigger or condition of an arrow
    "done",  # what is done on an arrow
]

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
"""Width of the coin behind a text, by its cost."""
INNER = 10.0
"""Indentation of the steps of a result."""
ROWS: dict[Style, int] = {"title": 2, "step": 2, "heard": 3, "done": 2}
"""Rows of one text, at most: the rest is cut."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text of a box or label. Lengths are pixels."""

    text: str
    style: Style
    verb: int = 0
    """How many of its first characters are a word of the language, which has a colour of its own."""
    cost: Cost = ""
    """Drawn as a coin at its right."""
    inner: bool = False
    """Whether it is indented, as a step of a result."""
    mark: MarkKind | None = None
    """The sign before it."""
    above: float = 0.0
    """Space above it."""
    ruled: bool = False
    """Whether a line in that space separates it from the text above."""
    figure: str = ""
    """A number at its right."""


def of_line(line: DiagramStep, style: Style, above: float = 0.0) -> Paragraph:
    """A step as a paragraph."""
    text = f"{line.verb} {line.about}".rstrip()
    return Paragraph(text, style, len(line.verb), line.cost, line.inner, above=above)


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row of a paragraph; `x` and `y` are its offset from the block's left upper corner, in pixels."""

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
        for index, text in enumerate(texts):
            self.rows.append(TextRow(text, x, self.height, paragraph, index == 0))
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


CARD = 212.0
"""Width of a state's card."""
LABEL = 172.0
"""Width of the text of a label, at most."""
BESIDE, ABOVE = 14.0, 11.0
"""Space between the border of a card and its text."""
CHIP_BESIDE, CHIP_ABOVE = 8.0, 4.0
"""Space between the border of a label and its text."""
BETWEEN_ARROWS = 9.0
"""Space between the texts of two arrows in one box or label."""
START = 30.0
"""Width and height of where a flow begins."""

_MARKS: dict[BoxKind, MarkKind] = {"fork": "fork", "end": "end", "everywhere": "round", "out": "end"}
_WIDE: frozenset[BoxKind] = frozenset({"state", "fork", "run", "end"})


@dataclass(frozen=True)
class CardBox:
    """A box as it is drawn."""

    box: Box
    loops: Sequence[Arrow]
    """The arrows from it to itself."""
    above: Block
    """Its title and steps."""
    below: Block | None
    """The texts of `loops`, below a line."""

    @property
    def size(self) -> Size:
        """Width and height, in pixels."""
        if self.box.kind == "begin":
            return START, START
        wide = CARD if self.box.kind in _WIDE else self.above.width + 2 * BESIDE
        under = self.below.height + ABOVE if self.below else 0.0
        return wide, self.above.height + 2 * ABOVE + under

    def draw(self, into: Element, corner: Point) -> None:
        """Draw it with its left upper corner there."""
        x, y = corner
        width, height = self.size
        group = drawn(into, "g", {"class": _classes(self.box), "data-box": self.box.id})
        drawn(group, "title").text = _box_text(self.box, self.loops)
        if self.box.kind == "begin":
            _start(group, x, y)
            return
        drawn(group, "rect", {"class": "card"}, x=x, y=y, width=width, height=height, rx=_round(self))
        if self.box.kind == "run":
            for bar in (x + 5, x + width - 5):
                drawn(group, "line", {"class": "bar"}, x1=bar, y1=y, x2=bar, y2=y + height)
        self.above.draw(group, x + BESIDE, y + ABOVE, x + width - BESIDE)
        if self.below:
            under = y + ABOVE + self.above.height + ABOVE
            border = under - ABOVE / 3
            drawn(group, "line", {"class": "rule"}, x1=x, y1=border, x2=x + width, y2=border)
            self.below.draw(group, x + BESIDE, under, x + width - BESIDE)


def card(box: Box, loops: Sequence[Arrow]) -> CardBox:
    """The card of a box; `loops` are the arrows from it to itself."""
    heading = Paragraph(box.title, "title", mark=_mark(box), figure=box.figure)
    lines = [of_line(line, "step", above=0.0 if place else 4.0) for place, line in enumerate(box.lines)]
    if box.tally:
        lines.append(Paragraph(box.tally, "done", above=BETWEEN_ARROWS, ruled=True))
    again = list(_apart(loops))
    room = CARD - 2 * BESIDE
    return CardBox(box, loops, Block([heading, *lines], room), Block(again, room) if again else None)


@dataclass(frozen=True)
class Label:
    """The label on the line of the arrows between two boxes."""

    arrows: Sequence[Arrow]
    block: Block

    @property
    def size(self) -> Size:
        """Width and height, in pixels."""
        return self.block.width + 2 * CHIP_BESIDE, self.block.height + 2 * CHIP_ABOVE

    def draw(self, into: Element, corner: Point) -> None:
        """Draw it with its left upper corner there."""
        x, y = corner
        width, height = self.size
        group = drawn(into, "g", {"class": "label"})
        drawn(group, "title").text = "\n".join(line for arrow in self.arrows for line in _arrow_lines(arrow))
        drawn(group, "rect", {"class": "chip"}, x=x, y=y, width=width, height=height, rx=8)
        if self.block.is_plain:
            self.block.draw_middle(group, x + width / 2, y + CHIP_ABOVE)
        else:
            self.block.draw(group, x + CHIP_BESIDE, y + CHIP_ABOVE, x + width - CHIP_BESIDE)


def label(arrows: Sequence[Arrow]) -> Label:
    """One label for all arrows from one box to another, under one another."""
    return Label(arrows, Block(list(_apart(arrows)), LABEL))


def _apart(arrows: Sequence[Arrow]) -> Iterator[Paragraph]:
    """The paragraphs of several arrows, with a line between the arrows."""
    for place, arrow in enumerate(arrows):
        first, *more = _paragraphs(arrow)
        yield replace(first, above=BETWEEN_ARROWS, ruled=True) if place else first
        yield from more


def _paragraphs(arrow: Arrow) -> list[Paragraph]:
    mark: MarkKind | None = "round" if arrow.source == arrow.target else "clock" if arrow.timed else None
    triggers = [Paragraph(text, "heard") for text in arrow.words.split("\n") if text]
    first, *more = triggers + [of_line(line, "done") for line in arrow.lines] or [Paragraph("", "heard")]
    return [replace(first, mark=mark, figure=arrow.figure), *more]


def _mark(box: Box) -> MarkKind | None:
    return "problem" if box.problem else _MARKS.get(box.kind)


def _round(of: CardBox) -> float:
    return min(of.size[1] / 2, 22.0) if of.box.kind in ("end", "out", "everywhere") else 10.0


def _classes(box: Box) -> str:
    return " ".join([box.kind, *(["costs"] if box.costs else []), *(["problem"] if box.problem else [])])


def _box_text(box: Box, loops: Sequence[Arrow]) -> str:
    """All of a box as text, for a tooltip or a screen reader."""
    title = clean(box.title)
    lines = [*_lines(box.lines), *filter(None, [clean(box.tally)])]
    return "\n".join([title, *lines, *(line for arrow in loops for line in _arrow_lines(arrow))])


def _arrow_lines(arrow: Arrow) -> list[str]:
    return list(filter(None, [clean(arrow.words), *_lines(arrow.lines)]))


def _lines(lines: Sequence[DiagramStep]) -> list[str]:
    return [clean(str(line)) for line in lines]


def _start(into: Element, x: float, y: float) -> None:
    middle_x, middle_y = x + START / 2, y + START / 2
    drawn(into, "circle", {"class": "start"}, cx=middle_x, cy=middle_y, r=START / 2 - 1)
    at = f"translate({number(middle_x)} {number(middle_y)})"
    drawn(into, "path", {"class": "play", "transform": at, "d": "M-4 -6L7 0L-4 6Z"})
