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
    """A named part of the picture that can be tapped."""

    name: str
    tap: Tap
    box: tuple[int, int, int, int]
    """x, y, width and height in the picture's pixels."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One face of a menu; a menu without tabs has one, of its own name."""

    name: str
    image: str
    """The path of a file of the playbook."""
    chat_bar: str
    """The text of the bar below the chat that opens the menu."""
    areas: tuple[Area, ...]
    grid: tuple[tuple[str, ...], ...] = ()
    """Rows of area names, where areas are placed so; empty: each has a `box`."""
    size: tuple[int, int] = (2500, 1686)
    """The picture's width and height in pixels."""
    picture: FileAddress | None = None
    """`None` where the file is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the list."""

    name: str
    place: Place
    condition: Condition | None
    tabs: Mapping[str, Tab] = field(default_factory=dict)
    since: datetime | None = None
    """UTC; before it the menu is not shown."""
    until: datetime | None = None
    """UTC; from then on it is not shown."""
    open: bool = False
    """Whether it is unfolded when a chat is opened (LINE's `selected`)."""
    paused: bool = False
    """It is shown to nobody."""
