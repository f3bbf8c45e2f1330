"""A flow as a picture: SVG (https://www.w3.org/TR/SVG2/), which a browser shows and a page takes as `<img>`.

Everything that a playbook says is the text of an element, so no name can become markup; there is no script,
and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.model.money import NO_PRICES, Prices
from bot.model.translatable import ENGLISH, Language, Translatable, tr
from bot.playbook.drawing.boxes import CardBox, Label, card, label
from bot.playbook.drawing.layout import Connection, arranged, line
from bot.playbook.drawing.measure import clean, shortened, width, wrapped
from bot.playbook.drawing.sketch import BEGIN, Arrow, Sketch, sketch
from bot.playbook.drawing.style import CSS, coin, drawn, mark, number

SIZE = 12.0
"""Size of the legend's font, in pixels, as all lengths here."""
BESIDE = 15.0
"""From the middle of a sign to its text."""
BETWEEN = 22.0
"""Space between two signs of the legend."""
HEIGHT = 22.0
"""Height of a row of the legend."""

Sign: TypeAlias = Callable[[Element, float, float], None]
"""Draws a sign of the legend into an element, with its middle at (x, y)."""


def rows_of_legend(of: Sketch, language: Language, most: float) -> list[list[tuple[Sign, str]]]:
    """The signs with their meaning, in rows of at most `most` pixels."""
    rows: list[list[tuple[Sign, str]]] = []
    left = most
    for sign, meaning in _meanings(of):
        text = language.text(meaning)
        wide = BESIDE + 7 + width(text, SIZE) + BETWEEN
        if left < wide or not rows:
            rows.append([])
            left = most
        rows[-1].append((sign, text))
        left -= wide
    return rows


def legend(into: Element, rows: list[list[tuple[Sign, str]]], left: float, top: float) -> None:
    """Draw the rows from (left, top) on."""
    for index, row in enumerate(rows):
        x, y = left + 7, top + HEIGHT * (index + 0.5)
        for sign, text in row:
            sign(into, x, y)
            drawn(into, "text", {"class": "about"}, x=x + BESIDE, y=y + SIZE * 0.36).text = text
            x += BESIDE + 7 + width(text, SIZE) + BETWEEN


def _draw_exit(into: Element, x: float, y: float) -> None:
    group = drawn(into, "g", {"class": "gone"})
    drawn(group, "rect", {"class": "card"}, x=x - 7, y=y - 5, width=14, height=10, rx=3)


def _figure(into: Element, x: float, y: float) -> None:
    drawn(into, "text", {"class": "figure", "text-anchor": "middle"}, x=x, y=y + SIZE * 0.36).text = "12"


def _arrow(into: Element, x: float, y: float) -> None:
    line(into, [(x - 9, y), (x + 9, y)], head=True, loose=False)


def _meanings(of: Sketch) -> Iterator[tuple[Sign, Translatable]]:
    lines = chain(*(box.lines for box in of.boxes), *(arrow.lines for arrow in of.arrows))
    costs = {line.cost for line in lines}
    kinds = {box.kind for box in of.boxes}
    if "$" in costs:
        yield lambda into, x, y: coin(into, "$", x, y), tr("costs a message")
    if "($)" in costs:
        yield lambda into, x, y: coin(into, "($)", x, y), tr("may cost a message")
    if any(arrow.timed for arrow in of.arrows):
        yield lambda into, x, y: mark(into, "clock", x, y), tr("by the clock")
    if any(arrow.source == arrow.target for arrow in of.arrows):
        yield lambda into, x, y: mark(into, "round", x, y), tr("and stays there")
    if "gone" in kinds:
        yield _draw_exit, tr("a step that is gone")
    if "fork" in kinds:
        yield lambda into, x, y: mark(into, "fork", x, y), tr("goes on at once")
    if any(box.kind == "end" and not box.problem for box in of.boxes):
        yield lambda into, x, y: mark(into, "end", x, y), tr("an end")
    if any(box.problem for box in of.boxes):
        yield lambda into, x, y: mark(into, "problem", x, y), tr("an end with a problem")
    if of.counted:
        yield _figure, tr("on a step: people there now; on an end: who came to it")
        yield _arrow, tr("on a line: how often it was taken")


MARGIN = 32.0
"""Space around the picture."""
HEADER = 76.0
"""Height of the flow's title, with the space below it."""
COST_LINE = 18.0
"""Height of a line below it that says what the flow costs."""
NARROWEST = 420.0
"""Width of a picture without its margins, at least."""


def svg(playbook: Playbook, flow: Flow, language: Language = ENGLISH, prices: Prices = NO_PRICES) -> str:
    """The flow as the text of an SVG file."""
    return picture(sketch(playbook, flow, language, prices), language)


def picture(of: Sketch, language: Language = ENGLISH) -> str:
    """A sketch as the text of an SVG file, the same for the same sketch."""
    return _serialized(_Picture(of, language).drawn())


def inside_page(of: Sketch, language: Language, addresses: Mapping[str, str]) -> str:
    """A sketch as an `<svg>` in a page that has the style (`RULES`, and the colours) and the same in words.

    `addresses`: where boxes lead, by id. No key goes there: the words beside it lead to the same.
    """
    root = _Picture(of, language).drawn()
    root.set("aria-hidden", "true")
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag == "style":
                parent.remove(child)
            elif (address := addresses.get(child.get("data-box", ""))) is not None:
                link = Element(
                    "a", {"href": address, "tabindex": "-1", "data-step": child.get("data-box", "")}
                )
                link.append(child)
                parent[place] = link
    return _serialized(root)


class _Picture:
    def __init__(self, of: Sketch, language: Language) -> None:
        self._of = of
        self._language = language
        loops = [arrow for arrow in of.arrows if arrow.source == arrow.target]
        cards = {box.id: card(box, [a for a in loops if a.source == box.id]) for box in of.boxes}
        self._groups = _together(arrow for arrow in of.arrows if arrow.source != arrow.target)
        labels = {name: label(arrows) for name, arrows in self._groups.items() if _has_text(arrows[0])}
        self._parts: dict[str, CardBox | Label] = {**cards, **labels}
        self._arrangement = arranged(
            {name: part.size for name, part in self._parts.items()},
            [
                Connection(arrows[0].source, arrows[0].target, name if name in labels else None)
                for name, arrows in self._groups.items()
            ],
            BEGIN,
        )

    def drawn(self) -> Element:
        """The whole picture: title, flow, legend."""
        of, (wide, high) = self._of, self._arrangement.size
        room = max(wide, NARROWEST)
        signs = rows_of_legend(of, self._language, room)
        width = room + 2 * MARGIN
        costs = [line for text in of.costs for line in wrapped(clean(text), 12, room, 2)]
        top = MARGIN + HEADER + COST_LINE * len(costs)
        height = top + high + MARGIN + HEIGHT * len(signs) + MARGIN / 2
        root = _root(width, height)
        drawn(root, "title").text = clean(of.title)
        drawn(root, "desc").text = "; ".join(_alt_lines(of))
        drawn(root, "style").text = CSS
        drawn(root, "rect", {"class": "ground"}, width=width, height=height, rx=14)
        title = shortened(clean(of.title), 22, room, bold=True)
        drawn(root, "text", {"class": "name"}, x=MARGIN, y=MARGIN + 20).text = title
        about = f"{of.name} · {of.counted}" if of.counted else of.name
        name = shortened(clean(about), 12, room)
        drawn(root, "text", {"class": "about"}, x=MARGIN, y=MARGIN + 42).text = name
        for line_number, text in enumerate(costs, 1):
            y = MARGIN + 42 + COST_LINE * line_number
            drawn(root, "text", {"class": "about"}, x=MARGIN, y=y).text = text
        moved = f"translate({number(MARGIN + (room - wide) / 2)} {number(top)})"
        self._draw(drawn(root, "g", {"transform": moved}))
        legend(drawn(root, "g"), signs, MARGIN, top + high + MARGIN)
        return root

    def _draw(self, into: Element) -> None:
        arrangement = self._arrangement
        for arrows, lines in zip(self._groups.values(), arrangement.lines, strict=True):
            for points in lines:
                line(into, points, head=points is lines[-1], loose=arrows[0].loose)
        for name, part in self._parts.items():
            part.draw(into, arrangement.corners[name])


def _together(arrows: Iterable[Arrow]) -> dict[str, list[Arrow]]:
    """Arrows from one box to another share a line; those that say nothing have one of their own."""
    groups: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        way = f"{arrow.source}>{arrow.target}"
        groups.setdefault(f"{way} {'says' if _has_text(arrow) else ''} {arrow.loose}", []).append(arrow)
    return groups


def _has_text(arrow: Arrow) -> bool:
    return bool(arrow.words or arrow.lines or arrow.figure)


def _alt_lines(of: Sketch) -> Iterator[str]:
    """The flow in words, for screen readers: each arrow."""
    titles = {box.id: clean(box.title) or "▶" for box in of.boxes}
    for arrow in of.arrows:
        when = clean(arrow.words)
        yield f"{titles[arrow.source]} → {titles[arrow.target]}{f': {when}' if when else ''}"


def _root(width: float, height: float) -> Element:
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "oaflow", "role": "img"})
    root.set("viewBox", f"0 0 {number(width)} {number(height)}")
    root.set("width", number(width))
    root.set("height", number(height))
    return root


def _serialized(root: Element) -> str:
    """As text, an element on each line: what changes in a picture is seen in a comparison."""
    for parent in root.iter():
        if parent.tag not in ("text", "tspan"):
            for child in parent:
                child.tail = "\n"
    return tostring(root, encoding="unicode") + "\n"
