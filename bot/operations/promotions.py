"""What a kind of promotion gives the operations, beside its own (decision 069)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NewType, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.attribution import SourceKind
from bot.model.audit import AuditKind
from bot.model.contact import Contact
from bot.model.decision import Action
from bot.model.event import Outcome
from bot.model.held import Held
from bot.model.mark import Mark
from bot.model.promotions import Parts
from bot.model.translatable import Translatable

PeopleList = NewType("PeopleList", str)
"""A list of people that staff look at, as the audit log calls it."""
Agreed: TypeAlias = Callable[[Playbook, Contact, Any, Action], Outcome | None]
"""Of the playbook, the contact, the staff's change (a `What` of the kind) and an action of that turn: the
outcome of the action if the world grants it; `None`: the action asks the world for nothing of this kind."""


@dataclass(frozen=True, slots=True)
class StaffAct:
    """What staff do to a contact: in a line of its history, and in words for that person."""

    done: Translatable
    to_person: Translatable


@dataclass(frozen=True, slots=True)
class TouchKind:
    """A kind of touch after which people buy, in the report of what brought orders."""

    kind: SourceKind
    says: Translatable
    flow: str
    """The `Mark.flow` under which it is counted."""
    touched: Callable[[Mark], Iterator[tuple[str, str]]]
    """Of a mark: the name by which its rows are indexed, and the name in the playbook."""
    titles: Callable[[Playbook], Mapping[str, str]]
    """By the name in the playbook what staff read."""


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """What a contact holds, in its document: a list of `document`, of which `shown` makes each; it stands
    behind this field."""

    document: type[Any]
    shown: Callable[[Any], object] = lambda one: one
    behind: str = "attributes"


@dataclass(frozen=True, slots=True)
class OperationsPart:
    """What a kind gives the operations."""

    held: Mapping[Held[Any], HeldDocument] = field(default_factory=dict)
    """What contacts hold of it, where staff and the person get it otherwise than it is."""
    acts: Mapping[AuditKind, StaffAct] = field(default_factory=dict)
    """What staff do to a contact, as the audit log has it."""
    audit: Mapping[AuditKind, Translatable] = field(default_factory=dict)
    """What is done to the shop, as the audit log has it."""
    lists: Mapping[PeopleList, Translatable] = field(default_factory=dict)
    """Lists of people whose opening is recorded."""
    tables: Mapping[str, Callable[[str], Translatable]] = field(default_factory=dict)
    """Files of such lists, by the word before the name of the entry."""
    agreed: Agreed = lambda playbook, contact, change, asked: None
    touch: TouchKind | None = None


OPERATIONS_PARTS = Parts("operations", OperationsPart)


def staff_acts() -> Iterator[tuple[AuditKind, StaffAct]]:
    """All of them."""
    return (one for part in OPERATIONS_PARTS for one in part.acts.items())


def touch_kinds() -> Sequence[TouchKind]:
    """All of them."""
    return [part.touch for part in OPERATIONS_PARTS if part.touch is not None]
