"""Which of LINE's rich menus is which of the playbook, and whom one is linked to at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class MappedFace:
    """A tab of a menu, and LINE's id of it. `hash` is of what LINE has; `alias` where tabs switch to it."""

    menu: str
    tab: str
    line: str
    hash: str
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Creations:
    """How many menus may still be made, as far as we know: LINE lets a channel make a hundred an hour."""

    left: float
    at: datetime


@dataclass(frozen=True, slots=True)
class MenuMapping:
    """What the last sync has left at LINE; `faces` in the order of the playbook, each menu's first tab first.

    `fresh` are menus whose people need bulk links at LINE: they have had none of LINE's by that
    name. `leaving` are menus of LINE's that are to be deleted: `None` where LINE has given all their people
    another one, else the name of the menu that these get by bulk links. `rev` grows with every write.
    """

    channel: str
    faces: tuple[MappedFace, ...] = ()
    default: str | None = None
    at: datetime | None = None
    fresh: tuple[str, ...] = ()
    leaving: Mapping[str, str | None] = field(default_factory=dict)
    creations: Creations | None = None
    rev: int = 0

    def line_id(self, menu: str) -> str | None:
        """LINE's id of the first tab of a menu; `None` where it is not at LINE."""
        return next((face.line for face in self.faces if face.menu == menu), None)


MOST = 500
"""People in one bulk call: https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users"""


@dataclass(frozen=True, slots=True)
class MenuPerson:
    """Somebody on a channel: the contact, LINE's id of the user, and the contact's revision when read."""

    contact: str
    user: str
    revision: int


@dataclass(frozen=True, slots=True)
class MenuBatch:
    """What is done for up to `MOST` people, written down before it begins, so that a crash loses none of it.

    `menu` is the name of what they are to see (`None`: LINE's default). `called` is when LINE has taken the
    call, which it carries out some seconds later; `None`: it is still to be made.
    """

    id: str
    channel: str
    menu: str | None
    people: tuple[MenuPerson, ...]
    called: datetime | None = None


MenuSyncState: TypeAlias = Literal["runs", "done", "waits", "failed"]
"""`waits`: LINE takes no more this hour; the rest is done by another sync."""


@dataclass(frozen=True, slots=True)
class MenuSyncRun:
    """A sync that staff have ordered in the console, the last of a channel: how far it is.

    `steps` are done of about `most`; `seen` is when its process last noted anything: one that has not for
    `LOST_AFTER` is over, and nobody knows how. `again`: when LINE takes more.
    """

    channel: str
    by: str
    at: datetime
    seen: datetime
    steps: int = 0
    most: int = 0
    state: MenuSyncState = "runs"
    again: datetime | None = None
