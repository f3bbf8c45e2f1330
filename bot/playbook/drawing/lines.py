"""Lines of a picture: right-angled, with round corners, and a head where they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from bot.playbook.drawing.arrange import Point
from bot.playbook.drawing.marks import drawn, number

CORNER = 9.0
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
