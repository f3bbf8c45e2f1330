"""The kinds of promotions: a folder of `bot/promotions` each, of one shape (decision 069)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any, NewType

from bot.model.brought import Brings
from bot.model.held import Held
from bot.model.mark import Mark
from bot.model.trace import NoteKind
from bot.model.translatable import Translatable
from bot.model.value import Type

PROMOTIONS = ("coupons", "stamps", "draws", "referrals", "appointments")
"""All kinds, in the order in which playbooks, pages and lists have them. A new kind is a name here."""

SectionName = NewType("SectionName", str)
"""The key of a section of promotions: a name only where a kind declares it."""


@dataclass(frozen=True, slots=True)
class PromotionKind:
    """One kind, as all of the program may know it. What comes of it is heard as `news` with these `fields`.

    Its results are the outcomes of what is asked for, but those that are `silent`, and `more`. As a value of
    other notes it is a `note` of name and result.
    """

    section: SectionName
    """Its section of the playbook."""
    page: str
    """Its page of members, which is built in."""
    screen: str
    """The kind of the page's screen (`Screen.kind`), and what that shows, in words (`says`)."""
    says: Translatable
    news: str
    note: NoteKind
    fields: Mapping[str, Type]
    more: tuple[str, ...]
    silent: tuple[str, ...] = ()
    holds: tuple[Held[Any], ...] = ()
    """What contacts hold of it."""
    brings: tuple[Brings[Any], ...] = ()
    """What its outcomes bring."""
    requests: tuple[type[Any], ...] = ()
    """What it asks of the world: kinds of `PromotionRequest`."""
    acts: tuple[type[Any], ...] = ()
    """What is done about it: kinds of `PromotionAct`."""
    counted: str = ""
    """Instead of a flow, in `Mark.flow`: no flow is called so. Empty: nothing is counted."""
    indexed: Callable[[Mark], str | None] = lambda mark: None
    """See `bot.model.counts.indexed_as`."""
    notices: tuple[type[Any], ...] = ()
    """What it reports to the world: kinds of `PromotionNotice`."""


@cache
def kinds() -> tuple[PromotionKind, ...]:
    """All of them."""
    return tuple(import_module(f"bot.promotions.{name}.model").KIND for name in PROMOTIONS)


@cache
def parts_of(room: str) -> tuple[Any, ...]:
    """What each kind gives this room (`engine`, `store` …): `PART` of its module of the room's name, or of
    `part` in its folder of that name.

    Which type that is says the room, in its `promotions`. A kind that has nothing for it has neither.
    """
    return tuple(part for kind in PROMOTIONS if (part := _part(f"bot.promotions.{kind}.{room}")) is not None)


def _part(name: str) -> Any:
    found = _found(name)
    if found is not None and found.submodule_search_locations is not None:
        name = f"{name}.part"
        found = _found(name)
    return None if found is None else import_module(name).PART


def _found(name: str) -> ModuleSpec | None:
    """The module of this name; `None` also where what should be its folder is a module, or is not there."""
    room, _, _ = name.rpartition(".")
    folder = find_spec(room)
    return None if folder is None or folder.submodule_search_locations is None else find_spec(name)
