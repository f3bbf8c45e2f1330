"""Where boxes stand and lines run: layered from left to right, so that nothing lies on anything.

The layout is graphlay's (https://github.com/aarkue/graphlay): the method of Sugiyama, Tagawa and Toda with
right-angled lines, for boxes of any size. It gives the same picture for the same input, needs nothing else,
comes for Linux and macOS on both processors in 1.5 MB, and its licence is as free as ours. The others: igraph
is GPL and knows boxes of one size only; grandalf is GPL too, and nobody looks after it; fast-sugiyama places
boxes and leaves the lines to us, which is the harder half. Only this module knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import graphlay

Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]

BETWEEN_LAYERS = 34.0
"""Pixels between a box and what stands to the right of it, at least; with many lines there are more."""
BETWEEN_BOXES = 18.0
WIDEST = 2_000.0
"""Pixels from which on a flow is laid in rows like a text, where that cuts three lines at most."""
_IN_ROWS = {
    "wrap": {"viewport_aspect": 2.0},
    "tuning": {"wrap": {"max_rows": 12, "max_cut_edges": 3}},
}
_TO_LABEL = 3.0
"""How much worse a long line is before a label than behind it: a label stands where one comes from."""
LARGE, HUGE = 150, 400
"""Boxes and labels from which on crossings are sought for less long: else it takes seconds, and minutes."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What leads from one box to another; `label` is the box of its label, which stands on the way."""

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
    for number, ways in enumerate(halves):
        for source, target in ways:
            weight = _TO_LABEL if target == connections[number].label else 1.0
            graph.edge(source, target, weight=weight, reverse_for_ranking=number in back)
    options = _options(len(sizes))
    found = graphlay.layout(graph, options=options)
    if found.bounds["max"]["x"] - found.bounds["min"]["x"] > WIDEST:
        found = graphlay.layout(graph, options=options | _IN_ROWS)
    least, most = found.bounds["min"], found.bounds["max"]
    corners = {
        name: (node["center"]["x"] - width / 2 - least["x"], node["center"]["y"] - height / 2 - least["y"])
        for (name, (width, height)), node in zip(sizes.items(), found.nodes, strict=True)
    }
    edges = iter([(p["x"] - least["x"], p["y"] - least["y"]) for p in edge["points"]] for edge in found.edges)
    lines = [list(islice(edges, len(ways))) for ways in halves]
    return Arrangement(corners, lines, (most["x"] - least["x"], most["y"] - least["y"]))


def _halves(connection: Connection) -> list[tuple[str, str]]:
    if connection.label is None:
        return [(connection.source, connection.target)]
    return [(connection.source, connection.label), (connection.label, connection.target)]


def _leading_back(first: str, connections: Sequence[Connection]) -> set[int]:
    """The connections that lead back to where one has come from, on some way from the first box on.

    They are laid out the other way round, so that they leave to the left and arrive from the right.
    """
    onward: dict[str, list[tuple[int, str]]] = {first: []}
    for number, connection in enumerate(connections):
        onward.setdefault(connection.source, []).append((number, connection.target))
    back, done = set[int](), set[str]()
    for root in onward:
        way = [] if root in done else [root]
        rows = [iter(onward[name]) for name in way]
        while way:
            number, target = next(rows[-1], (-1, ""))
            if number == -1:
                done.add(way.pop())
                rows.pop()
            elif target in way:
                back.add(number)
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
