"""Positions of boxes, and the lines between them, without overlaps.

The layout is graphlay's (https://github.com/aarkue/graphlay): the method of Sugiyama, Tagawa and Toda with
right-angled lines, for boxes of any size. It gives the same picture for the same input, needs nothing else,
comes for Linux and macOS on both processors in 1.5 MB, and its licence is as free as ours. The others: igraph
is GPL and has boxes of one size only; grandalf is GPL too, and unmaintained; fast-sugiyama places
boxes and leaves the lines to us, which is the harder half. Only this module uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

import graphlay

from bot.playbook.drawing.style import drawn, number

Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]

BETWEEN_LAYERS = 34.0
"""Pixels between a box and its right neighbour, at least; with many lines there are more."""
BETWEEN_BOXES = 18.0
"""Pixels between a box and the one below it, at least."""
WIDEST = 2_000.0
"""Pixels from which on a flow is laid in rows like a text, where that cuts three lines at most."""
_IN_ROWS = {
    "wrap": {"viewport_aspect": 2.0},
    "tuning": {"wrap": {"max_rows": 12, "max_cut_edges": 3}},
}
"""graphlay's options for a flow in rows."""
_TO_LABEL = 3.0
"""How much worse a long line is before a label than behind it: a label is near the line's begin."""
LARGE, HUGE = 150, 400
"""Boxes and labels from which on crossings are sought for less long: else it takes seconds, and minutes."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A line from one box to another; `label` is the box of its label on the way."""

    source: str
    target: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The left upper corner of each box; the lines of each connection, in the direction that it leads.

    A line is its points, from border to border; with a label there are two, to it and from it.
    """

    corners: Mapping[str, Point]
    lines: Sequence[Sequence[Sequence[Point]]]
    size: Size


def arranged(sizes: Mapping[str, Size], connections: Sequence[Connection], first: str) -> Arrangement:
    """Arrange boxes, `first` at the left; nothing has a coordinate below 0."""
    graph = graphlay.Graph()
    for name, (width, height) in sizes.items():
        place = {"rank": "first"} if name == first else {}
        graph.node(name, width=width, height=height, **place)
    back = _leading_back(first, connections)
    halves = [_halves(connection) for connection in connections]
    for index, ways in enumerate(halves):
        for source, target in ways:
            weight = _TO_LABEL if target == connections[index].label else 1.0
            graph.edge(source, target, weight=weight, reverse_for_ranking=index in back)
    options = _options(len(sizes))
    placed = graphlay.layout(graph, options=options)
    if placed.bounds["max"]["x"] - placed.bounds["min"]["x"] > WIDEST:
        placed = graphlay.layout(graph, options=options | _IN_ROWS)
    least, most = placed.bounds["min"], placed.bounds["max"]
    corners = {
        name: (node["center"]["x"] - width / 2 - least["x"], node["center"]["y"] - height / 2 - least["y"])
        for (name, (width, height)), node in zip(sizes.items(), placed.nodes, strict=True)
    }
    edges = iter(
        [(p["x"] - least["x"], p["y"] - least["y"]) for p in edge["points"]] for edge in placed.edges
    )
    lines = [list(islice(edges, len(ways))) for ways in halves]
    return Arrangement(corners, lines, (most["x"] - least["x"], most["y"] - least["y"]))


def _halves(connection: Connection) -> list[tuple[str, str]]:
    """The edges of a connection in the graph: one, or with a label two, to the label and from it."""
    if connection.label is None:
        return [(connection.source, connection.target)]
    return [(connection.source, connection.label), (connection.label, connection.target)]


def _leading_back(first: str, connections: Sequence[Connection]) -> set[int]:
    """The connections that lead back to where one has come from, on some way from the first box on.

    They are laid out the other way round, so that they leave to the left and arrive from the right.
    """
    onward: dict[str, list[tuple[int, str]]] = {first: []}
    for index, connection in enumerate(connections):
        onward.setdefault(connection.source, []).append((index, connection.target))
    back, done = set[int](), set[str]()
    for root in onward:
        way = [] if root in done else [root]
        rows = [iter(onward[name]) for name in way]
        while way:
            index, target = next(rows[-1], (-1, ""))
            if index == -1:
                done.add(way.pop())
                rows.pop()
            elif target in way:
                back.add(index)
            elif target not in done:
                way.append(target)
                rows.append(iter(onward.get(target, [])))
    return back


def _options(boxes: int) -> dict[str, Any]:
    return {
        "direction": "leftright",
        "effort": "thorough" if boxes <= LARGE else "balanced" if boxes <= HUGE else "fast",
        "cycles": {"strategy": "follow_flow"},
        "routing": {"merge_edges": "both", "port_sides": "facing_only"},
        "spacing": {"layer_gap": BETWEEN_LAYERS, "node_gap": BETWEEN_BOXES, "dummy_gap": BETWEEN_BOXES},
    }


CORNER = 9.0
"""Radius of a line's rounded corner, in pixels."""
HEAD = 8.0
"""Length of an arrow's head; it is as wide."""


def line(into: Element, points: Sequence[Point], *, head: bool, loose: bool) -> None:
    """A line through these points; with a head at the last one."""
    ends = [*points[:-1], _towards(points[-1], points[-2], HEAD - 1)] if head else points
    drawn(into, "path", {"class": "line loose" if loose else "line", "d": _path(ends)})
    if head:
        drawn(into, "path", {"class": "head", "d": _head(points[-2], points[-1])})


def _path(points: Sequence[Point]) -> str:
    steps = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        begin, end = _towards(corner, before, radius), _towards(corner, after, radius)
        steps.append(f"L{_at(begin)}Q{_at(corner)} {_at(end)}")
    return "".join([*steps, f"L{_at(points[-1])}"])


def _head(before: Point, tip: Point) -> str:
    x, y = _towards(tip, before, HEAD)
    aside_x, aside_y = (tip[1] - y) / 2, (x - tip[0]) / 2
    left, right = (x + aside_x, y + aside_y), (x - aside_x, y - aside_y)
    return f"M{_at(tip)}L{_at(left)}L{_at(right)}Z"


def _towards(start: Point, end: Point, length: float) -> Point:
    """The point so far from `start` on the way to `end`."""
    share = min(1.0, length / (_length(start, end) or 1.0))
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _length(start: Point, end: Point) -> float:
    return abs(start[0] - end[0]) + abs(start[1] - end[1])


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
