"""Plain pictures for rich menus that have none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from bot.engine.compiled.menu import Menu, Tab
from bot.model.settings import EnvironmentValue
from bot.model.translatable import Refusal, row, tr
from bot.operations.cjk_font import font_with_chinese
from bot.playbook.compile.playbook import compiled
from bot.playbook.compile.values.grids import boxes_in
from bot.playbook.drawing.menu_picture import (
    FLAT,
    HIGH,
    WIDTH,
    FontFile,
    Tile,
    layout_mark,
    mark_in,
    menu_picture,
)
from bot.playbook.load import Loaded
from bot.playbook.similar import quoted
from bot.playbook.syntax.source import file_trouble
from bot.playbook.valid import Unservable

MISSING = "image-missing"

ImageKind: TypeAlias = Literal["PNG", "JPEG"]
_KINDS: dict[str, ImageKind] = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


class PictureNotDrawn(Refusal):
    """A picture cannot be drawn, or not be where it is to be; the text says why."""


def menus_of(loaded: Loaded) -> Sequence[Menu]:
    """The menus of a playbook of which nothing is wrong but that pictures are missing.

    Raises `Unservable`, with what else is wrong.
    """
    if loaded.playbook is not None:
        return loaded.playbook.menus
    others = [one for one in loaded.problems if one.level == "error" and one.code != MISSING]
    if others:
        why = tr("the playbook has other mistakes than missing pictures")
        raise Unservable(why, others, loaded.sources)
    return compiled(loaded.document, EnvironmentValue("generated", "generated")).playbook.menus


def draw(folder: Path, menus: Sequence[Menu], font: Path | None = None) -> list[str]:
    """Draw what is missing in the playbook's folder, and what was drawn here from other labels; their files.

    Without a font, with one of this machine. Raises `FontMissing`, `NoFont` and `PictureNotDrawn`: then
    nothing is drawn of what cannot be.
    """
    try:
        wanted = [(tab, _kind(folder, tab)) for tab in _wanted(folder, menus)]
        if not wanted:
            return []
        file = font_with_chinese() if font is None else FontFile(font)
        return [_drawn(folder, tab, kind, file) for tab, kind in wanted]
    except OSError as error:
        path, why = Path(error.filename or folder), file_trouble(error)
        name = quoted(str(path.relative_to(folder) if path.is_relative_to(folder) else path))
        raise PictureNotDrawn(tr("{name} cannot be written: {why}", name=name, why=why)) from error


def _wanted(folder: Path, menus: Sequence[Menu]) -> Iterator[Tab]:
    """Each picture once, where it is to be drawn."""
    seen = set()
    for menu in menus:
        for tab in menu.tabs.values():
            if tab.image and tab.image not in seen:
                seen.add(tab.image)
                if _is_old(folder / tab.image, tab):
                    yield tab


def _is_old(path: Path, tab: Tab) -> bool:
    """Whether there is no picture, or one of ours of what the menu was before: a designer's stays."""
    if not path.exists():
        return True
    mark = mark_in(path.read_bytes())
    return mark is not None and mark != layout_mark(*_layout(tab))


def _kind(folder: Path, tab: Tab) -> ImageKind:
    """How the picture of a face is to be saved. Raises `PictureNotDrawn` where it cannot be."""
    path = folder / tab.image
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        kinds = row(_KINDS)
        raise PictureNotDrawn(
            tr("{file}: the name of a menu's picture ends in {kinds}", file=tab.image, kinds=kinds)
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PictureNotDrawn(tr("{file} leads out of the playbook's folder", file=tab.image))
    return kind


def _drawn(folder: Path, tab: Tab, kind: ImageKind, font: FontFile) -> str:
    """Draw one picture; its path."""
    path = folder / tab.image
    content = menu_picture(*_layout(tab), font, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return tab.image


def plain_picture(grid: Sequence[Sequence[str]], labels: Mapping[str, str]) -> bytes:
    """The picture of a menu that is yet to be written, as PNG; `labels` by the names in the grid.

    It blocks. Raises `FontMissing` and `NoFont`.
    """
    size = (WIDTH, FLAT if len(grid) == 1 else HIGH)
    tiles = [Tile(box, labels[name]) for name, box in boxes_in(grid, *size).items()]
    return menu_picture(size, tiles, font_with_chinese())


def _layout(tab: Tab) -> tuple[tuple[int, int], list[Tile]]:
    """Size and tiles: a grid of one row is flat; areas with a box of their own lie where they say."""
    labels = {area.name: area.tap.label for area in tab.areas}
    in_grid = {name for row in tab.grid for name in row}
    size = (WIDTH, FLAT if len(tab.grid) == 1 and in_grid >= labels.keys() else HIGH)
    tiles = [Tile(box, labels[name]) for name, box in boxes_in(tab.grid, *size).items()]
    tiles += [Tile(area.box, area.tap.label) for area in tab.areas if area.name not in in_grid]
    return size, tiles
