"""What the signs of a picture mean: those that are in it, in a row below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeAlias
from xml.etree.ElementTree import Element

from bot.model.said import Language, Said, say
from bot.playbook.drawing.lines import line
from bot.playbook.drawing.marks import coin, drawn, mark
from bot.playbook.drawing.measure import width
from bot.playbook.drawing.sketch import Sketch

SIZE = 12.0
BESIDE = 15.0
"""From the middle of a sign to its text."""
BETWEEN = 22.0
HEIGHT = 22.0

Sign: TypeAlias = Callable[[Element, float, float], None]


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
    for number, row in enumerate(rows):
        x, y = left + 7, top + HEIGHT * (number + 0.5)
        for sign, text in row:
            sign(into, x, y)
            drawn(into, "text", {"class": "about"}, x=x + BESIDE, y=y + SIZE * 0.36).text = text
            x += BESIDE + 7 + width(text, SIZE) + BETWEEN


def _gone(into: Element, x: float, y: float) -> None:
    group = drawn(into, "g", {"class": "gone"})
    drawn(group, "rect", {"class": "card"}, x=x - 7, y=y - 5, width=14, height=10, rx=3)


def _figure(into: Element, x: float, y: float) -> None:
    drawn(into, "text", {"class": "figure", "text-anchor": "middle"}, x=x, y=y + SIZE * 0.36).text = "12"


def _arrow(into: Element, x: float, y: float) -> None:
    line(into, [(x - 9, y), (x + 9, y)], head=True, loose=False)


def _meanings(of: Sketch) -> Iterator[tuple[Sign, Said]]:
    lines = chain(*(box.lines for box in of.boxes), *(arrow.lines for arrow in of.arrows))
    costs = {line.cost for line in lines}
    kinds = {box.kind for box in of.boxes}
    if "$" in costs:
        yield lambda into, x, y: coin(into, "$", x, y), say("costs a message")
    if "($)" in costs:
        yield lambda into, x, y: coin(into, "($)", x, y), say("may cost a message")
    if any(arrow.timed for arrow in of.arrows):
        yield lambda into, x, y: mark(into, "clock", x, y), say("by the clock")
    if any(arrow.source == arrow.target for arrow in of.arrows):
        yield lambda into, x, y: mark(into, "round", x, y), say("and stays there")
    if "gone" in kinds:
        yield _gone, say("a step that is gone")
    if "fork" in kinds:
        yield lambda into, x, y: mark(into, "fork", x, y), say("goes on at once")
    if any(box.kind == "end" and not box.problem for box in of.boxes):
        yield lambda into, x, y: mark(into, "end", x, y), say("an end")
    if any(box.problem for box in of.boxes):
        yield lambda into, x, y: mark(into, "problem", x, y), say("an end with a problem")
    if of.counted:
        yield _figure, say("on a step: people there now; on an end: who came to it")
        yield _arrow, say("on a line: how often it was taken")
