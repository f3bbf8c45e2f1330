"""What a kind of promotion gives the operations, beside its own (decision 069)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NewType, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.promotion_section import PromotionSection
from bot.model.attribution import SourceKind
from bot.model.audit import AuditKind
from bot.model.contact import Contact
from bot.model.counts import Mark
from bot.model.decision import Action
from bot.model.event import Outcome
from bot.model.promotions import parts_of
from bot.model.translatable import Translatable

PeopleList = NewType("PeopleList", str)
"""A list of people that staff look at, as the audit log calls it."""
Agreed: TypeAlias = Callable[[Playbook, Contact, Any, Action], Outcome | None]


@dataclass(frozen=True, slots=True)
class StaffAct:
    """What staff do to a contact: in a line of its history, and in words for that person."""

    done: Translatable
    to_person: Translatable


@dataclass(frozen=True, slots=True)
class TouchKind:
    """A kind of touch after which people buy: its name and words, under which `flow` it is counted, the name
    by which rows of it are found and what of the playbook it is (`touched`), and what that is called."""

    kind: SourceKind
    says: Translatable
    flow: str
    touched: Callable[[Mark], Iterator[tuple[str, str]]]
    titles: Callable[[Playbook], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class OperationsPart:
    """What a kind gives. Its page of members has a `section` of the playbook, and is opened by a `button`.

    The audit log has its `acts` of staff, what is done to the shop (`audit`), its `lists` of people and
    `tables` of these (by the word before its name). `agreed` says what comes of an action that asks for
    something, if the world agrees to the change of staff that has led to it; `None`: it is no such action.
    `touch`: after it people buy.
    """

    page: str
    section: PromotionSection[Any]
    button: str
    acts: Mapping[AuditKind, StaffAct] = field(default_factory=dict)
    audit: Mapping[AuditKind, Translatable] = field(default_factory=dict)
    lists: Mapping[PeopleList, Translatable] = field(default_factory=dict)
    tables: Mapping[str, Callable[[str], Translatable]] = field(default_factory=dict)
    agreed: Agreed = lambda playbook, contact, change, asked: None
    touch: TouchKind | None = None


@cache
def parts() -> Sequence[OperationsPart]:
    """Those of all kinds, in their order."""
    return parts_of("operations")


def staff_acts() -> Iterator[tuple[AuditKind, StaffAct]]:
    """All of them."""
    return (one for part in parts() for one in part.acts.items())


def touch_kinds() -> Sequence[TouchKind]:
    """All of them."""
    return [part.touch for part in parts() if part.touch is not None]
