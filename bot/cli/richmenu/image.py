"""`oaflow richmenu image`: plain pictures for rich menus that have none, for bots without a designer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from bot.app.database import folder_of
from bot.cli.refusal import refused
from bot.cli.richmenu.cjk_font import cjk_font
from bot.engine.menu import Menu, Tab
from bot.model.said import Language, Refusal, row, say
from bot.model.settings import EnvironmentValue
from bot.playbook.compile.grids import boxes_in
from bot.playbook.compile.playbook import compiled
from bot.playbook.drawing.menu_picture import (
    FLAT,
    HIGH,
    WIDTH,
    FontFile,
    NoFont,
    Tile,
    layout_mark,
    mark_in,
    menu_picture,
)
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing

REFUSED, COULD_NOT = 1, 2
MISSING = "image-missing"
NO_FONT = say("no font with Chinese characters was found on this machine: name one with  --font FILE")

ImageKind: TypeAlias = Literal["PNG", "JPEG"]
_KINDS: dict[str, ImageKind] = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


class _Refused(Refusal):
    """Nothing is drawn; the text says why."""


def image(folder: Path, *, font: Path | None, words: Language) -> int:
    """Draw what is missing, and what was drawn here from other labels; the exit code."""
    try:
        menus = _menus(folder, words)
        wanted = [(tab, _kind(folder_of(folder), tab)) for tab in _wanted(folder_of(folder), menus)]
        drawn = _drawn_all(folder_of(folder), wanted, font)
    except PlaybookMissing as error:
        return refused(error, COULD_NOT, words)
    except (_Refused, NoFont, OSError) as error:
        return refused(error, REFUSED, words)
    done = words.text(say("all pictures are as they should be"))
    sys.stdout.write("".join(f"{path}\n" for path in drawn) or f"{done}\n")
    return 0


def _menus(folder: Path, words: Language) -> tuple[Menu, ...]:
    """The menus of a playbook of which nothing is wrong but that pictures are missing. Raises `_Refused`."""
    loaded = load(folder, dict(os.environ), unset="warning")
    if loaded.playbook is not None:
        return loaded.playbook.menus
    others = [one for one in loaded.problems if one.level == "error" and one.code != MISSING]
    if others:
        sys.stderr.write(render(others, loaded.sources, words))
        raise _Refused(say("the playbook has other mistakes than missing pictures"))
    return compiled(loaded.document, EnvironmentValue("generated", "generated")).playbook.menus


def _wanted(folder: Path, menus: tuple[Menu, ...]) -> Iterator[Tab]:
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
    """How the picture of a face is to be saved. Raises `_Refused` where it cannot be."""
    path = folder / tab.image
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        kinds = row(_KINDS)
        raise _Refused(
            say("{file}: the name of a menu's picture ends in {kinds}", file=tab.image, kinds=kinds)
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _Refused(say("{file} leads out of the playbook's folder", file=tab.image))
    return kind


def _font(named: Path | None) -> FontFile:
    found = cjk_font() if named is None else FontFile(named)
    if found is None:
        raise _Refused(NO_FONT)
    return found


def _drawn_all(folder: Path, wanted: list[tuple[Tab, ImageKind]], named: Path | None) -> list[str]:
    """Draw these, where there are any."""
    if not wanted:
        return []
    font = _font(named)
    return [_drawn(folder, tab, kind, font) for tab, kind in wanted]


def _drawn(folder: Path, tab: Tab, kind: ImageKind, font: FontFile) -> str:
    """Draw one picture; where it lies."""
    path = folder / tab.image
    content = menu_picture(*_layout(tab), font, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return tab.image


def _layout(tab: Tab) -> tuple[tuple[int, int], list[Tile]]:
    """Size and tiles: a grid of one row is flat; areas with a box of their own lie where they say."""
    labels = {area.name: area.tap.label for area in tab.areas}
    in_grid = {name for row in tab.grid for name in row}
    size = (WIDTH, FLAT if len(tab.grid) == 1 and in_grid >= labels.keys() else HIGH)
    tiles = [Tile(box, labels[name]) for name, box in boxes_in(tab.grid, *size).items()]
    tiles += [Tile(area.box, area.tap.label) for area in tab.areas if area.name not in in_grid]
    return size, tiles
