"""Charts of the staff's pages, drawn by the server: lines or bars with their names, from zero.

Widths are per cent of the drawing, heights are pixels: letters keep their size on every screen. The macro
`drawn` of `parts.html` draws one; `static/chart.js` lets the keyboard go from point to point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

ChartKind: TypeAlias = Literal["line", "bar"]
TextAnchor: TypeAlias = Literal["start", "middle", "end"]
HIGH = 200
"""Of the drawing between its lowest and its highest line, in pixels."""
OVER = 22
"""Pixels above the highest line, for the words of a point."""
LEFT, RIGHT = 1.0, 99.0
"""Per cent of the width between which the points lie."""
LINES = 4
"""Lines above zero, at most."""
FREE = 0.3
"""Of a bar's place, what stays free."""
APART = 16.0
"""Pixels between the names of two lines that end beside each other, at least."""
BESIDE = 30.0
"""Per cent of the width: names of lines that end further from each other do not meet."""


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn: its name, a value for each label; `None` where nothing is known."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """All values of one label. `says` stands at `x` while it is pointed at, beginning, in the middle of, or
    ending there (`anchor`); `left` and `width` are its place."""

    label: str
    says: str
    x: float
    left: float
    width: float
    anchor: TextAnchor
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class SeriesLabel:
    """Where the name of a line stands: it begins or ends there (`anchor`)."""

    x: float
    y: float
    anchor: TextAnchor


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """A line's parts, or bars (`x`, `width`, `y`, `height`); its dots; its name, above the line's end."""

    name: str
    lines: Sequence[tuple[float, float, float, float]]
    bars: Sequence[tuple[float, float, float, float]]
    dots: Sequence[tuple[float, float]]
    label: SeriesLabel | None


@dataclass(frozen=True, slots=True)
class Chart:
    """All of it: `grid` are lines with what they say, from the ground up; `ends` the labels shown."""

    kind: ChartKind
    height: int
    grid: Sequence[tuple[float, str]]
    series: Sequence[DrawnSeries]
    points: Sequence[ChartPoint]
    ends: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing but zeros is there."""
        return len(self.grid) < 2


def chart(kind: ChartKind, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """The drawing of these series, each of which has a value for each label."""
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("a value for each label")
    highest = max((value for one in series for value in one.values if value is not None), default=0)
    step = _step(highest)
    lines = math.ceil(highest / step)
    scale = _Scale(lines * step, [LEFT + _room(labels) * (number + 0.5) for number in range(len(labels))])
    drawn = [_drawn(kind, one, scale, _room(labels)) for one in series]
    grid = [(scale.y(step * number), f"{step * number:,}") for number in range(lines + 1)]
    ends = [labels[at] for at in sorted({0, len(labels) // 2, len(labels) - 1})] if labels else []
    points = list(_points(labels, series, scale.middles, _room(labels)))
    return Chart(kind, HIGH + OVER + 4, grid, _apart(drawn), points, ends)


@dataclass(frozen=True, slots=True)
class _Scale:
    """`top` is what the highest line says; `middles` are the places of the labels."""

    top: float
    middles: Sequence[float]

    def y(self, value: float) -> float:
        return round(OVER + HIGH - (value / self.top * HIGH if self.top else 0), 1)


def _room(labels: Sequence[str]) -> float:
    return (RIGHT - LEFT) / max(len(labels), 1)


def _step(highest: float) -> int:
    """Between two lines: 1, 2 or 5, with zeros behind it."""
    number, step = 0, 1
    while highest > step * LINES:
        number += 1
        step = (1, 2, 5)[number % 3] * 10 ** (number // 3)
    return step


def _drawn(kind: ChartKind, one: Series, scale: _Scale, room: float) -> DrawnSeries:
    places = [
        (round(x, 2), None if value is None else scale.y(value))
        for x, value in zip(scale.middles, one.values, strict=True)
    ]
    known = [(x, y) for x, y in places if y is not None]
    if kind == "bar":
        ground, width = scale.y(0), round(room * (1 - FREE), 2)
        bars = [(round(x - width / 2, 2), width, y, round(ground - y, 1)) for x, y in known]
        return DrawnSeries(one.name, (), bars, (), None)
    lines = [
        (x, y, next_x, next_y)
        for (x, y), (next_x, next_y) in pairwise(places)
        if y is not None and next_y is not None
    ]
    return DrawnSeries(one.name, lines, (), known, _label(*known[-1]) if known else None)


def _label(x: float, y: float) -> SeriesLabel:
    """Above the end of a line; in the right half it ends there, so that it stays in the picture."""
    return SeriesLabel(x, y - 8, "start" if x < 50 else "end")


def _apart(series: Sequence[DrawnSeries]) -> Sequence[DrawnSeries]:
    """The same, with no name upon another: the lower one moves below its line."""
    placed: list[SeriesLabel] = []
    found = []
    for one in series:
        label = one.label
        while label is not None and any(_meet(label, other) for other in placed):
            label = replace(label, y=label.y + APART)
        if label is not None:
            placed.append(label)
        found.append(replace(one, label=label))
    return found


def _meet(one: SeriesLabel, other: SeriesLabel) -> bool:
    return abs(one.x - other.x) < BESIDE and abs(one.y - other.y) < APART


def _points(
    labels: Sequence[str], series: Sequence[Series], middles: Sequence[float], room: float
) -> Iterator[ChartPoint]:
    for number, (label, x) in enumerate(zip(labels, middles, strict=True)):
        values = ["–" if (value := one.values[number]) is None else f"{value:,}" for one in series]
        says = " · ".join(
            [label, *(f"{one.name} {value}" for one, value in zip(series, values, strict=True))]
        )
        anchor: TextAnchor = "start" if x < 30 else "end" if x > 70 else "middle"
        yield ChartPoint(label, says, round(x, 2), round(x - room / 2, 2), round(room, 2), anchor, values)
