"""LINE's rich menus as those of the playbook: which are tabs of one menu, who sees which, what is lost.

LINE does not say who is to see a menu that is not its default: such a menu is for who has a tag of its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from string import ascii_uppercase
from typing import Any

from bot.engine.rendering.rendering import LABEL_MOST
from bot.engine.texts.text import fits
from bot.line.objects.limits import CHAT_BAR, MENU_AREAS
from bot.line.objects.rich_menu import HEIGHT_LEAST, WIDTH, wide_enough
from bot.model.plain_text import cleaned
from bot.model.translatable import Translatable, tr
from bot.operations.menu_import.line_menus import LineMenu, MenusAtAccount
from bot.operations.menu_import.line_tap import bare, imported_tap, literal
from bot.playbook.compile.values.grids import GridBox, boxes_in
from bot.playbook.compile.values.pictures import MB
from bot.playbook.shape.formats import FORMATS

_SIGNS = re.compile(r"[^\w.・ -]+")
"""What is left out: names stand in files' names, grids, lists and tables."""
MOST = 34
"""Characters, so that there is room for a number, or for a word in front of it."""


class NewNames:
    """Gives names that are none of `taken`, however these are written."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {one.casefold() for one in taken}

    def new(self, wanted: str, otherwise: str, *, solid: bool = False, most: int = MOST) -> str:
        """A name like the one wanted, `otherwise` where that is none; one that is `solid` has no space."""
        name = " ".join(_SIGNS.sub(" ", cleaned(wanted)).split())
        if solid:
            name = name.replace(" ", "_")
        name = name[:most].strip(" ._-")
        if not name or FORMATS["new solid name" if solid else "new own name"](name) is not None:
            name = otherwise
        number, unique = 1, name
        while unique.casefold() in self._taken:
            number += 1
            unique = f"{name}_{number}" if solid else f"{name} {number}"
        self._taken.add(unique.casefold())
        return unique


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


MENU = "選單"
"""What a menu without a name is called, and what the tag of a menu begins with."""
_ENDINGS = {"PNG": "png", "JPEG": "jpg"}
"""The ending of a picture file, by its format."""


@dataclass(frozen=True, slots=True)
class ImportedArea:
    """An area with the keys of its tap; `line` is LINE's action as JSON where they do not say all of it."""

    name: str
    box: GridBox
    keys: Mapping[str, str]
    line: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedTab:
    """A tab: LINE's menu, its picture's name in the folder, and its areas, by rows where they fit a grid."""

    name: str
    line: LineMenu
    image: str
    chat_bar: str
    areas: tuple[ImportedArea, ...]
    grid: Sequence[Sequence[str]] | None


@dataclass(frozen=True, slots=True)
class ImportedMenu:
    """A menu; its `tag`, `None` where everybody else sees it. `open`: unfolded."""

    name: str
    tag: str | None
    open: bool
    tabs: tuple[ImportedTab, ...]


@dataclass(frozen=True, slots=True)
class ImportNote:
    """What is not as at LINE: `where`, a menu or `menu/area`, and what can be done."""

    where: str
    text: Translatable


@dataclass(slots=True)
class ImportedMenus:
    """The menus in the order of the list, and what is to be known of them."""

    menus: list[ImportedMenu] = field(default_factory=list)
    notes: list[ImportNote] = field(default_factory=list)

    def note(self, where: str, text: Translatable) -> None:
        """One more thing that is not as at LINE."""
        self.notes.append(ImportNote(where, text))

    def tags(self, known: Collection[str]) -> dict[str, str]:
        """The tag by which each of LINE's menus is seen, by LINE's id: of those that are `known`."""
        tagged = ((menu, menu.tag) for menu in self.menus if menu.tag is not None and menu.tag in known)
        return {tab.line.id: tag for menu, tag in tagged for tab in menu.tabs}


@dataclass(frozen=True, slots=True)
class PlaybookAround:
    """What the rest of a playbook has: names of menus and tags; whether a menu of it is the default."""

    menus: Collection[str]
    tags: Collection[str]
    has_default: bool


def imported_menus(there: MenusAtAccount, around: PlaybookAround, liff_id: str | None) -> ImportedMenus:
    """All of them: those with a tag first, then LINE's default, which everybody else sees."""
    done = ImportedMenus()
    shown = [menu for menu in there.menus if _may_be_shown(menu, done)]
    new = NewNames(around.menus)
    names = {menu.id: new.new(menu.name, MENU) for menu in shown}
    default = there.default or next(
        (id for id, name in names.items() if _is_of(there.our_default, name)), None
    )
    importing = _MenuImport(there.aliases, liff_id, done, names, NewNames(around.tags))
    for together in _together(shown, there.aliases, default):
        menu = importing.menu(together)
        for_others = together[0].id == default and not around.has_default
        done.menus.append(replace(menu, tag=None) if for_others else menu)
    return done


def _is_of(label: str | None, menu: str) -> bool:
    return label is not None and label.startswith(f"{menu}/")


def _may_be_shown(menu: LineMenu, done: ImportedMenus) -> bool:
    """Whether a menu has a picture that a playbook may have; else why it is left out is noted."""
    where, header = menu.name or menu.id, menu.header
    if menu.picture is None:
        done.note(where, tr("LINE has no picture of it and shows it to nobody: left out"))
    elif header.kind not in _ENDINGS or not (
        WIDTH[0] <= header.width <= WIDTH[1]
        and header.height >= HEIGHT_LEAST
        and wide_enough(header.width, header.height)
    ):
        done.note(where, tr("its picture is of no kind or size that LINE takes today: left out"))
    elif menu.picture.stat().st_size > MB:
        done.note(where, tr("its picture has more than 1 MB: left out; save it smaller, write it by hand"))
    else:
        return True
    return False


def _switches(menu: LineMenu) -> Iterator[str]:
    """The aliases that its areas switch to."""
    for area in menu.areas:
        action = area.get("action")
        if isinstance(action, dict) and action.get("type") == "richmenuswitch":
            yield str(action.get("richMenuAliasId"))


def _together(
    menus: Sequence[LineMenu], aliases: Mapping[str, str], default: str | None
) -> list[list[LineMenu]]:
    """Menus that switch to one another, by whatever way, are tabs of one.

    The default is the first of its own, and these are last: it would hide what comes behind it.
    """
    groups = {menu.id: {menu.id} for menu in menus}
    for menu in menus:
        for alias in _switches(menu):
            if (target := aliases.get(alias, "")) in groups:
                joined = groups[menu.id] | groups[target]
                groups |= dict.fromkeys(joined, joined)
    by_first: dict[int, list[LineMenu]] = {}
    for menu in sorted(menus, key=lambda one: one.id != default):
        by_first.setdefault(id(groups[menu.id]), []).append(menu)
    return sorted(by_first.values(), key=lambda together: together[0].id == default)


@dataclass(slots=True)
class _MenuImport:
    aliases: Mapping[str, str]
    liff_id: str | None
    done: ImportedMenus
    names: Mapping[str, str]
    tag_names: NewNames
    files: NewNames = field(default_factory=NewNames)

    def menu(self, together: Sequence[LineMenu]) -> ImportedMenu:
        """The menu of these tabs."""
        name = self.names[together[0].id]
        tab_names = NewNames()
        tabs = {line.id: tab_names.new(line.name, MENU, solid=True) for line in together}
        many = len(tabs) > 1
        aliases = {alias: tabs[line] for alias, line in self.aliases.items() if line in tabs and many}
        unfolded = [line.form.get("selected") is True for line in together]
        if len(set(unfolded)) > 1:
            text = tr("LINE unfolds some of its tabs and others not; here all are as the first")
            self.done.note(name, text)
        tag = self.tag_names.new(f"{MENU} {name}", MENU, most=40)
        made = tuple(self._tab(name, tabs[line.id], line, aliases, many=many) for line in together)
        return ImportedMenu(name, tag, unfolded[0], made)

    def _tab(
        self, menu: str, tab: str, line: LineMenu, aliases: Mapping[str, str], *, many: bool
    ) -> ImportedTab:
        where = f"{menu}/{tab}" if many else menu
        areas = tuple(self._areas(where, line, aliases))
        picture = line.header.width, line.header.height
        image = f"{self.files.new(line.name, MENU, solid=True)}.{_ENDINGS[line.header.kind]}"
        bar = bare(str(line.form.get("chatBarText") or "").strip())
        if not bar or not fits(bar, CHAT_BAR, "grapheme"):
            bar = MENU
        grid = grid_of({area.name: area.box for area in areas}, picture)
        return ImportedTab(tab, line, image, bar, areas, grid)

    def _areas(self, where: str, line: LineMenu, aliases: Mapping[str, str]) -> Iterator[ImportedArea]:
        picture, names = (line.header.width, line.header.height), NewNames()
        size = _size(line, picture)
        letters, number = iter(_letters()), 0
        for area in line.areas:
            action = area.get("action")
            action = action if isinstance(action, dict) else {}
            label = str(action.get("label") or "")
            tap = imported_tap(action, aliases, self.liff_id)
            letter = next(letters)
            name = names.new(label or tap.keys.get("send", ""), letter, solid=True, most=LABEL_MOST - 3)
            box, cut = box_in(area.get("bounds"), size, picture)
            at = f"{where}/{name}"
            if box is None or number >= MENU_AREAS:
                self.done.note(at, tr("it lies outside of the picture, or is one too many: left out"))
                continue
            number += 1
            if cut:
                self.done.note(at, tr("it reached over the edge of the picture: cut there"))
            for text in tap.lost:
                self.done.note(at, text)
            if (label := literal(label)) not in ("", name) and fits(label, LABEL_MOST, "grapheme"):
                tap.keys = {"label": label, **tap.keys}
            yield ImportedArea(name, box, tap.keys, _as_json(action) if tap.lost else None)
        if not number:
            self.done.note(where, tr("nothing of it can be tapped: an area that does nothing is written"))
            yield ImportedArea("A", GridBox(0, 0, *picture), {})


def _letters() -> Iterator[str]:
    """What an area without a text is called, as LINE's manager calls it."""
    yield from ascii_uppercase
    number = len(ascii_uppercase)
    while True:
        number += 1
        yield f"A{number}"


def _size(line: LineMenu, picture: tuple[int, int]) -> tuple[int, int]:
    """The size that LINE's bounds are meant in."""
    size = line.form.get("size")
    width, height = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    return picture


def _as_json(action: Mapping[str, Any]) -> str:
    """LINE's action on one line, in signs that one sees."""
    text = json.dumps(action, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
