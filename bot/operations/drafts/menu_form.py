"""A rich menu as a form has it, and the entry of the playbook that says the same (G1, L8)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

Viewers: TypeAlias = Literal["everyone", "tag", "bound", "!bound"]
"""Who sees a menu; with `!` where it must not hold."""
AreaDoes: TypeAlias = Literal["send", "open", "page"]
"""What a tap does: the customer says a text, an address is opened, or a page of ours."""

LAYOUTS: Mapping[str, Sequence[str]] = {
    "1": ("1",),
    "2": ("1 2",),
    "3": ("1 2 3",),
    "1+3": ("1 1 1", "2 3 4"),
    "4": ("1 2", "3 4"),
    "6": ("1 2 3", "4 5 6"),
}
"""The usual ones: rows of cells, by the numbers of the areas in them. One row alone is half as high."""
AREAS_MOST = 6
CHAT_BAR = "選單"
"""What the bar below a menu says where nobody has written another text."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
"""The beginning of an address."""


@dataclass(frozen=True, slots=True)
class FormArea:
    """An area: its label, and what a tap does; `to` is a text, an address or the name of a page."""

    label: str = ""
    does: AreaDoes = "send"
    to: str = ""


@dataclass(frozen=True, slots=True)
class FormMenu:
    """All that the form knows. `before` is the menu that it stands in front of; empty: where it is seen."""

    name: str = ""
    viewers: Viewers = "everyone"
    tag: str = ""
    chat_bar: str = CHAT_BAR
    layout: str = "3"
    areas: tuple[FormArea, ...] = ()
    before: str = ""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The layout's cells."""
        return [row.split() for row in LAYOUTS[self.layout]]

    @property
    def shown(self) -> Sequence[FormArea]:
        """As many areas as the layout has."""
        number = len({cell for row in self.rows for cell in row})
        return [*self.areas, *[FormArea()] * AREAS_MOST][:number]


def labels_of(menu: FormMenu) -> Mapping[str, str]:
    """What stands on each area, by its name in the grid: the label, without what no name may have."""
    found: dict[str, str] = {}
    for number, area in enumerate(menu.shown, 1):
        name = re.sub(r"[\s{}]+", "", area.label)
        found[name if name and name not in found else f"{name}{number}"] = area.label
    return found


def grid_of(menu: FormMenu) -> Sequence[Sequence[str]]:
    """The rows of the grid, with the names of the areas in the cells."""
    names = list(labels_of(menu))
    return [[names[int(cell) - 1] for cell in row] for row in menu.rows]


def entry_of(menu: FormMenu, name: str, picture: str, channel: str) -> Mapping[str, Any]:
    """The entry below `rich_menus`; `channel` where it is to be for that account alone, else empty."""
    conditions = [{"channel": channel}] if channel else []
    conditions += _CONDITIONS[menu.viewers](menu.tag)
    areas = zip(labels_of(menu), menu.shown, strict=True)
    entry: dict[str, Any] = {
        "menu": name,
        "if": conditions[0] if len(conditions) == 1 else conditions,
        "image": picture,
        "chat_bar": menu.chat_bar or CHAT_BAR,
        "grid": [" ".join(row) for row in grid_of(menu)],
        "areas": {key: _tap(key, area) for key, area in areas},
    }
    return {key: value for key, value in entry.items() if value}


_CONDITIONS: Mapping[Viewers, Any] = {
    "everyone": lambda tag: [],
    "tag": lambda tag: [{"tag": tag}],
    "bound": lambda tag: [{"bound": "phone"}],
    "!bound": lambda tag: [{"not": {"bound": "phone"}}],
}
"""By who sees a menu: its conditions, given the tag."""


def form_of(entry: Mapping[str, Any], channel: str) -> FormMenu | None:
    """The form that writes this entry; `None` where it says more than the form knows."""
    areas = entry.get("areas")
    rows = [str(row).split() for row in entry.get("grid") or [] if isinstance(row, str)]
    if not isinstance(areas, dict) or not rows:
        return None
    names = list(dict.fromkeys(cell for row in rows for cell in row))
    cells = tuple(" ".join(str(names.index(cell) + 1) for cell in row) for row in rows)
    layout = next((name for name, shape in LAYOUTS.items() if tuple(shape) == cells), None)
    found = [_area_of(name, areas.get(name)) for name in names]
    if layout is None or None in found:
        return None
    own = [one for one in _listed(entry.get("if")) if one != {"channel": channel}]
    tag = own[0].get("tag") if len(own) == 1 and isinstance(own[0], dict) else None
    for viewers, conditions in _CONDITIONS.items():
        menu = FormMenu(
            str(entry.get("menu") or ""),
            viewers,
            tag if isinstance(tag, str) else "",
            str(entry.get("chat_bar") or CHAT_BAR),
            layout,
            tuple(one for one in found if one is not None),
        )
        only = channel if own != _listed(entry.get("if")) else ""
        written = entry_of(menu, menu.name, str(entry.get("image") or ""), only)
        says = {**entry, "grid": [" ".join(row) for row in rows], "chat_bar": menu.chat_bar}
        if conditions(menu.tag) == own and written == says:
            return menu
    return None


def _area_of(name: str, tap: Any) -> FormArea | None:
    does = [one for one in get_args(AreaDoes) if isinstance(tap, dict) and one in tap]
    if len(does) != 1:
        return None
    return FormArea(str(tap.get("label") or name), does[0], str(tap[does[0]]))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _tap(name: str, area: FormArea) -> Mapping[str, str]:
    to = area.to or area.label
    if area.does == "open" and not _SCHEME.match(to):
        to = f"https://{to}"
    return {**({"label": area.label} if area.label != name else {}), area.does: to}
