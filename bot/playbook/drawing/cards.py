"""Boxes and labels of a picture: how large they are, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from bot.playbook.drawing.arrange import Point, Size
from bot.playbook.drawing.marks import MarkKind, drawn, number
from bot.playbook.drawing.measure import clean
from bot.playbook.drawing.paragraphs import Block, Paragraph, of_line
from bot.playbook.drawing.sketch import Arrow, Box, BoxKind
from bot.playbook.drawing.words import DrawnLine

CARD = 212.0
"""Width of a state's card."""
LABEL = 172.0
"""Width of the text of a label, at most."""
BESIDE, ABOVE = 14.0, 11.0
"""Space between the border of a card and its text."""
CHIP_BESIDE, CHIP_ABOVE = 8.0, 4.0
BETWEEN_ARROWS = 9.0
START = 30.0
"""Width and height of where a flow begins."""

_MARKS: dict[BoxKind, MarkKind] = {"fork": "fork", "end": "end", "everywhere": "round", "out": "end"}
_WIDE: frozenset[BoxKind] = frozenset({"state", "fork", "run", "end"})


@dataclass(frozen=True)
class DrawnCard:
    """A box with what only happens there; `above` is its text, `below` what leads back to it."""

    box: Box
    loops: Sequence[Arrow]
    above: Block
    below: Block | None

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
        drawn(group, "title").text = _told(self.box, self.loops)
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


def card(box: Box, loops: Sequence[Arrow]) -> DrawnCard:
    """The card of a box; `loops` are the arrows from it to itself."""
    heading = Paragraph(box.title, "title", mark=_mark(box), figure=box.figure)
    lines = [of_line(line, "step", above=0.0 if place else 4.0) for place, line in enumerate(box.lines)]
    if box.tally:
        lines.append(Paragraph(box.tally, "done", above=BETWEEN_ARROWS, ruled=True))
    again = list(_apart(loops))
    room = CARD - 2 * BESIDE
    return DrawnCard(box, loops, Block([heading, *lines], room), Block(again, room) if again else None)


@dataclass(frozen=True)
class Label:
    """What stands on the line of the arrows between two boxes."""

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
        drawn(group, "title").text = "\n".join(told for arrow in self.arrows for told in _arrow_told(arrow))
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
    heard = [Paragraph(text, "heard") for text in arrow.words.split("\n") if text]
    first, *more = heard + [of_line(line, "done") for line in arrow.lines] or [Paragraph("", "heard")]
    return [replace(first, mark=mark, figure=arrow.figure), *more]


def _mark(box: Box) -> MarkKind | None:
    return "problem" if box.problem else _MARKS.get(box.kind)


def _round(of: DrawnCard) -> float:
    return min(of.size[1] / 2, 22.0) if of.box.kind in ("end", "out", "everywhere") else 10.0


def _classes(box: Box) -> str:
    return " ".join([box.kind, *(["costs"] if box.costs else []), *(["problem"] if box.problem else [])])


def _told(box: Box, loops: Sequence[Arrow]) -> str:
    """All of a box as text, for who points at it or has it read out."""
    title = clean(box.title)
    lines = [*_lines(box.lines), *filter(None, [clean(box.tally)])]
    return "\n".join([title, *lines, *(told for arrow in loops for told in _arrow_told(arrow))])


def _arrow_told(arrow: Arrow) -> list[str]:
    return list(filter(None, [clean(arrow.words), *_lines(arrow.lines)]))


def _lines(lines: Sequence[DrawnLine]) -> list[str]:
    return [clean(str(line)) for line in lines]


def _start(into: Element, x: float, y: float) -> None:
    middle_x, middle_y = x + START / 2, y + START / 2
    drawn(into, "circle", {"class": "start"}, cx=middle_x, cy=middle_y, r=START / 2 - 1)
    at = f"translate({number(middle_x)} {number(middle_y)})"
    drawn(into, "path", {"class": "play", "transform": at, "d": "M-4 -6L7 0L-4 6Z"})
