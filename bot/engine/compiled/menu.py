"""Rich menus: one ordered list; the first entry that holds is shown (language, section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.compiled.card import FileAddress, Tap
from bot.engine.conditions.condition import Condition
from bot.model.place import Place


@dataclass(frozen=True, slots=True)
class Area:
    """A named area. `box` is x, y, width, height in the picture's pixels."""

    name: str
    tap: Tap
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Tab:
    """One face of a menu; a menu without tabs has one, of its own name. `image` is a file of the playbook.

    `size` is the picture's, in pixels; `picture` is `None` where it is missing or cannot be read.
    """

    name: str
    image: str
    chat_bar: str
    areas: tuple[Area, ...]
    grid: tuple[tuple[str, ...], ...] = ()
    size: tuple[int, int] = (2500, 1686)
    picture: FileAddress | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the list: `since` and `until` are UTC."""

    name: str
    place: Place
    condition: Condition | None
    tabs: Mapping[str, Tab] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    open: bool = False
    paused: bool = False
