"""Pictures with areas to tap, in rich menus and imagemaps: areas are drawn as rows of names, or given as
boxes in pixels (language, section 9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from bot.line.objects.faults import faults_of
from bot.line.objects.limits import AREA, is_within
from bot.model.translatable import Translatable, tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.shape.suggest_words import split_values
from bot.playbook.similar import hint_for, nearest, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


class GridBox(NamedTuple):
    """A rectangle, in pixels or in cells of a grid; `x` and `y` are its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def overlaps(self, other: GridBox) -> bool:
        """Whether the two have a pixel in common."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


def cells_of(scope: Scope, face: Map) -> tuple[tuple[str, ...], ...]:
    """The rows of the `grid` of a block, as names of cells; empty where it has none or it is wrong.

    Reports rows of different lengths, names whose cells are no rectangle, and names that only the grid or
    only `areas` has.
    """
    grid = face.get("grid")
    lines = grid.items if isinstance(grid, List) else []
    rows = [(line, tuple(line.value.split())) for line in lines if isinstance(line, Scalar)]
    _check_names(scope, face, rows)
    if not rows or not _equally_long(scope, rows):
        return ()
    cells = tuple(row for _, row in rows)
    return cells if _rectangles(scope, rows) else ()


def boxes_of(scope: Scope, face: Map, width: int, height: int) -> Mapping[str, GridBox]:
    """The rectangle of each area in a picture of this width and height, in pixels; wrong ones are
    reported."""
    boxes = boxes_in(cells_of(scope, face), width, height)
    areas = face.get("areas")
    for name, (_, area) in areas.pairs.items() if isinstance(areas, Map) else ():
        box = area.get("box") if isinstance(area, Map) else None
        if isinstance(box, List):
            boxes[name] = _explicit_box(scope, box, width, height)
            _check_overlap(scope, box, name, boxes)
    return boxes


def boxes_in(cells: Sequence[Sequence[str]], width: int, height: int) -> dict[str, GridBox]:
    """The rectangle of each name of a grid in a picture of this size, in pixels."""
    return {name: in_pixels(box, cells, width, height) for name, box in _in_cells(cells).items()}


def _check_overlap(scope: Scope, node: List, name: str, boxes: Mapping[str, GridBox]) -> None:
    """Warn of an area that overlaps another: LINE does not say which one a tap then belongs to."""
    other = next((n for n, box in boxes.items() if n != name and boxes[name].overlaps(box)), None)
    if other is not None:
        message = tr("this box lies over the area {other}", other=quoted(other))
        hint = tr("give each area its own part of the picture: which one is tapped here is not certain")
        scope.wrong(node, "menu-overlap", message, hint, level="warning")


def in_pixels(box: GridBox, cells: Sequence[Sequence[str]], width: int, height: int) -> GridBox:
    """A rectangle of cells in pixels, without gaps and overlaps whatever the number of cells."""
    columns, rows = len(cells[0]), len(cells)
    left, right = width * box.x // columns, width * (box.x + box.width) // columns
    top, bottom = height * box.y // rows, height * (box.y + box.height) // rows
    return GridBox(left, top, right - left, bottom - top)


def _in_cells(cells: Sequence[Sequence[str]]) -> dict[str, GridBox]:
    """The rectangle around all cells of each name."""
    boxes: dict[str, GridBox] = {}
    for y, row in enumerate(cells):
        for x, name in enumerate(row):
            old = boxes.get(name, GridBox(x, y, 1, 1))
            left, top = min(old.x, x), min(old.y, y)
            right, bottom = max(old.x + old.width, x + 1), max(old.y + old.height, y + 1)
            boxes[name] = GridBox(left, top, right - left, bottom - top)
    return boxes


def _explicit_box(scope: Scope, node: List, width: int, height: int) -> GridBox:
    """The rectangle written as `box`; reported where it is not within the picture."""
    box = GridBox(*(int(item.value) for item in scope.scalars(node)))
    if any(faults_of(box._asdict(), AREA)) or not is_within(box._asdict(), width, height):
        message = tr(
            "this box does not lie in the picture, which is {width} × {height} here",
            width=width,
            height=height,
        )
        scope.wrong(
            node,
            "bad-value",
            message,
            tr("the whole picture is  [0, 0, {width}, {height}]", width=width, height=height),
        )
    return box


def _check_names(scope: Scope, face: Map, rows: Sequence[tuple[Scalar, tuple[str, ...]]]) -> None:
    """Report names that only the grid or only `areas` has, and areas with both a cell and a box."""
    areas = face.get("areas")
    pairs = areas.pairs if isinstance(areas, Map) else {}
    in_grid = dict.fromkeys(name for _, row in rows for name in row)
    if together := [line for line, _ in rows if _names_of(line, pairs)]:
        for line in together:
            message = tr("the names of a row stand apart by spaces")
            scope.wrong(
                line, "grid-and-areas", message, tr("write  {row}", row=" ".join(_names_of(line, pairs)))
            )
        return
    misspelt: set[str] = set()
    for line, row in rows:
        for name in dict.fromkeys(row):
            if name not in pairs:
                hint = tr("add below areas  {name}: {send: {name}}", name=name)
                near = nearest(name, [one for one in pairs if one not in in_grid])
                if near is not None:
                    misspelt.add(near)
                    hint = hint_for(name, (near,)) or hint
                message = tr("the grid has {name}, and areas have not", name=quoted(name))
                scope.wrong(line, "grid-and-areas", message, hint, written=name)
    for name, (key, area) in pairs.items():
        boxed = isinstance(area, Map) and area.get("box") is not None
        if boxed and name in in_grid:
            message = tr("{name} stands in the grid and has a box", name=quoted(name))
            scope.wrong(key, "grid-and-areas", message, tr("leave out one of them"))
        elif not boxed and name not in in_grid and name not in misspelt:
            message = tr("the area {name} stands in no row of the grid", name=quoted(name))
            scope.wrong(
                key, "grid-and-areas", message, tr("write {name} into the grid, or give it a box", name=name)
            )


def _names_of(line: Scalar, areas: Collection[str]) -> tuple[str, ...]:
    """The areas named in a row whose names are separated by other signs than spaces; empty for a right
    row."""
    names = split_values(line.value)
    return names if names and all(name in areas for name in names) else ()


def _equally_long(scope: Scope, rows: Sequence[tuple[Scalar, tuple[str, ...]]]) -> bool:
    """Whether all rows have as many cells as the first; reported where not."""
    first = len(rows[0][1])
    for line, row in rows:
        if len(row) != first:
            message = tr(
                "this row has {cells}, the first has {first}", cells=_many(len(row)), first=_many(first)
            )
            hint = tr("write a name once for each cell that it covers")
            scope.wrong(line, "grid-rows-differ", message, hint)
            return False
    return True


def _many(number: int) -> Translatable:
    return tr("{number} cell", number=number) if number == 1 else tr("{number} cells", number=number)


def _rectangles(scope: Scope, rows: Sequence[tuple[Scalar, tuple[str, ...]]]) -> bool:
    """Whether the cells of each name are a rectangle; reported where not."""
    cells = [row for _, row in rows]
    right = True
    for name, box in _in_cells(cells).items():
        inside = [row[box.x : box.x + box.width] for row in cells[box.y : box.y + box.height]]
        if any(cell != name for row in inside for cell in row):
            line: Node = rows[box.y + box.height - 1][0]
            message = tr("the cells of {name} are no rectangle", name=quoted(name))
            scope.wrong(
                line,
                "grid-not-rectangle",
                message,
                tr("give the cells apart a name of their own"),
                written=name,
            )
            right = False
    return right
