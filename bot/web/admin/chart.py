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
"""How series are drawn."""
TextAnchor: TypeAlias = Literal["start", "middle", "end"]
"""Which end of a text stands at its place, as in SVG."""
HIGH = 200
"""Pixels between the lowest and the highest line."""
OVER = 22
"""Pixels above the highest line, for the words of a point."""
LEFT, RIGHT = 1.0, 99.0
"""Per cent of the width between which the points are."""
LINES = 4
"""The most lines above zero."""
FREE = 0.3
"""Share of a bar's place that stays empty."""
APART = 16.0
"""Pixels between the names of two lines that end beside each other, at least."""
BESIDE = 30.0
"""Per cent of the width: names of lines that end further from each other do not meet."""


@dataclass(frozen=True, slots=True)
class Series:
    """A series to be drawn."""

    name: str
    values: Sequence[float | None]
    """A value for each label; `None` where nothing is known."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """All values of one label."""

    label: str
    says: str
    """The text while the label is pointed at."""
    x: float
    """Where that text stands, in per cent of the width."""
    left: float
    """Where the label's place begins, in per cent of the width."""
    width: float
    """Of the label's place, in per cent."""
    anchor: TextAnchor
    """Which end of the text stands at `x`."""
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class SeriesLabel:
    """Where the name of a line stands."""

    x: float
    """Per cent of the width."""
    y: float
    """Pixels from the top."""
    anchor: TextAnchor


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """A series as it is drawn; `x` and widths in per cent, `y` and heights in pixels from the top."""

    name: str
    lines: Sequence[tuple[float, float, float, float]]
    """The parts of a line: `x` and `y` of both ends."""
    bars: Sequence[tuple[float, float, float, float]]
    """`x`, width, `y`, height."""
    dots: Sequence[tuple[float, float]]
    """`x` and `y`."""
    label: SeriesLabel | None
    """The place of its name, above the line's end; `None` for bars, and without values."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as the macro `drawn` takes it."""

    kind: ChartKind
    height: int
    """Pixels."""
    grid: Sequence[tuple[float, str]]
    """Lines from the ground up: `y`, and the value that it stands for."""
    series: Sequence[DrawnSeries]
    points: Sequence[ChartPoint]
    ends: Sequence[str]
    """The labels that are shown: the first, the middle one, the last."""

    @property
    def is_empty(self) -> bool:
        """Whether all values are zero or unknown."""
        return len(self.grid) < 2


def chart(kind: ChartKind, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """The drawing of these series, each of which has a value for each label. Raises `ValueError` where one
    has not."""
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
    """Converts values to places."""

    top: float
    """The value of the highest line."""
    middles: Sequence[float]
    """The middle of each label's place, in per cent of the width."""

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return round(OVER + HIGH - (value / self.top * HIGH if self.top else 0), 1)


def _room(labels: Sequence[str]) -> float:
    """The width of a label's place, in per cent."""
    return (RIGHT - LEFT) / max(len(labels), 1)


def _step(highest: float) -> int:
    """The distance of two lines: 1, 2 or 5 times a power of ten."""
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
    """The place of a line's name: above its end, and in the right half ending there, so that it stays in the
    drawing."""
    return SeriesLabel(x, y - 8, "start" if x < 50 else "end")


def _apart(series: Sequence[DrawnSeries]) -> Sequence[DrawnSeries]:
    """The series with no name upon another: the lower one moves below its line."""
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
    """Whether two names would overlap."""
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
