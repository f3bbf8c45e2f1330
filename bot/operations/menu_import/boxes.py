"""Areas in pixels: inside of the picture, and as rows of names where they fit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from bot.playbook.compile.values.grids import GridBox, boxes_in

COLUMNS, ROWS = 12, 8
"""Of a grid, at most: more is not easier to read than pixels."""
NEAR = 2
"""Pixels by which an area may differ from its cells: LINE's own layouts round otherwise."""


def box_in(bounds: Any, size: tuple[int, int], picture: tuple[int, int]) -> tuple[GridBox | None, bool]:
    """The box of LINE's `bounds` in a menu of this size, in pixels of its picture; whether it was cut.

    `None`: nothing of it lies in the picture.
    """
    found = [bounds.get(name) for name in GridBox._fields] if isinstance(bounds, Mapping) else []
    numbers = [one for one in found if isinstance(one, int)]
    if len(numbers) != len(GridBox._fields):
        return None, True
    x, y, width, height = numbers
    edges = [x, y, x + width, y + height]
    inside = [min(max(edge, 0), size[n % 2]) for n, edge in enumerate(edges)]
    left, top, right, bottom = (
        edge * picture[n % 2] // size[n % 2] if size[n % 2] else 0 for n, edge in enumerate(inside)
    )
    box = GridBox(left, top, right - left, bottom - top)
    return (box if box.width > 0 and box.height > 0 else None), inside != edges


def grid_of(boxes: Mapping[str, GridBox], picture: tuple[int, int]) -> list[list[str]] | None:
    """The smallest grid whose cells are these boxes, and all of the picture; `None` where there is none."""
    shapes = product(range(1, COLUMNS + 1), range(1, ROWS + 1))
    for columns, rows in sorted(shapes, key=lambda shape: shape[0] * shape[1]):
        cells: list[list[str]] = [[""] * columns for _ in range(rows)]
        if all(_fill(cells, name, box, picture) for name, box in boxes.items()) and all(map(all, cells)):
            laid_out = boxes_in(cells, *picture)
            if all(_are_near(laid_out[name], box) for name, box in boxes.items()):
                return cells
    return None


def _fill(cells: list[list[str]], name: str, box: GridBox, picture: tuple[int, int]) -> bool:
    """Write a name into its cells; whether all of them were free."""
    columns, rows = len(cells[0]), len(cells)
    across = range(round(box.x * columns / picture[0]), round((box.x + box.width) * columns / picture[0]))
    down = range(round(box.y * rows / picture[1]), round((box.y + box.height) * rows / picture[1]))
    free = bool(across) and bool(down) and not any(cells[y][x] for y in down for x in across)
    for y, x in product(down, across) if free else ():
        cells[y][x] = name
    return free


def _are_near(one: GridBox, other: GridBox) -> bool:
    edges = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in (one, other)]
    return all(abs(a - b) <= NEAR for a, b in zip(*edges, strict=True))
