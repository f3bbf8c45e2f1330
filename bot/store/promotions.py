"""What each kind of promotion gives the store: counts of people, filters of its conditions, work after a
restore."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.promotions import Parts, PromotionKind
from bot.store.database.mongo import Document, SynchronousCollection

PeopleByLabel: TypeAlias = Mapping[str, int]
"""How many people have each label of a kind."""


def _no_labels(now: datetime) -> Sequence[Document]:
    return ()


def _as_counted(counted: PeopleByLabel) -> PeopleByLabel:
    return counted


async def _nothing_besides(stores: Any, playbook: Playbook, now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class StorePart:
    """What people have of one kind, as its check of an edit (`playbook/promotions`) wants it.

    `labels` are expressions over a contact that give lists of labels, of which the database counts people;
    `usage` makes something of these. `besides` is read from other collections, by all `Stores`.
    `filters` ask a contact's document about its conditions, by their types, at a moment. `restored` does what
    is to be done to its collections, by their names, in a database that was just restored; it blocks.
    """

    labels: Callable[[datetime], Sequence[Document]] = _no_labels
    usage: Callable[[PeopleByLabel], Any] = _as_counted
    besides: Callable[[Any, Playbook, datetime], Awaitable[Any]] = _nothing_besides
    filters: Mapping[type[Any], Callable[[Any, datetime], Document]] = field(default_factory=dict)
    restored: Callable[[Callable[[str], SynchronousCollection]], None] = lambda collection: None


STORE_PARTS = Parts("store", StorePart)
"""The parts of all kinds of promotions."""


def promotion_labels(now: datetime) -> list[Document]:
    """Expressions over a contact that give the labels of all kinds, each behind the section of its kind."""
    return [
        {"$map": {"input": labels, "in": {"$concat": [_word(kind), " ", "$$this"]}}}
        for kind, part in STORE_PARTS.by_kind.items()
        for labels in part.labels(now)
    ]


def promotion_usage(counted: Mapping[str, PeopleByLabel]) -> dict[str, Any]:
    """By section of the playbook: what each kind makes of the counts of its labels (`promotion_labels`)."""
    parts = STORE_PARTS.by_kind.items()
    return {kind.section: part.usage(counted.get(_word(kind), {})) for kind, part in parts}


def _word(kind: PromotionKind) -> str:
    return f"{kind.section}:"


async def promotions_besides(stores: Any, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """What is known of each kind beside its contacts, by section."""
    parts = STORE_PARTS.by_kind.items()
    return {kind.section: await part.besides(stores, playbook, now) for kind, part in parts}
