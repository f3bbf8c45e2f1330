"""What each kind of promotion gives the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.promotion_section import PromotionSection
from bot.model.promotions import parts_of
from bot.store.database.mongo import Document, SynchronousCollection

PeopleByLabel: TypeAlias = Mapping[str, Mapping[str, int]]
"""How many people have each label of a word."""


def _no_labels(now: datetime) -> Sequence[Document]:
    return ()


def _nothing_counted(counted: PeopleByLabel) -> None:
    return None


async def _nothing_besides(stores: Any, playbook: Playbook, now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class StorePart:
    """What people have of one kind, as its check of an edit (`playbook/promotions`) wants it.

    `labels` are expressions over a contact that give lists of `WORD NAME`, of which the database counts
    people; `usage` makes something of these. `besides` is read from other collections, by all `Stores`.
    `filters` ask a contact's document about its conditions, by their types, at a moment. `restored` does what
    is to be done to its collections, by their names, in a database that was just restored; it blocks.
    """

    section: PromotionSection[Any]
    labels: Callable[[datetime], Sequence[Document]] = _no_labels
    usage: Callable[[PeopleByLabel], Any] = _nothing_counted
    besides: Callable[[Any, Playbook, datetime], Awaitable[Any]] = _nothing_besides
    filters: Mapping[type[Any], Callable[[Any, datetime], Document]] = field(default_factory=dict)
    restored: Callable[[Callable[[str], SynchronousCollection]], None] = lambda collection: None


def store_parts() -> tuple[StorePart, ...]:
    """Of all kinds."""
    return parts_of("store")


async def promotions_besides(stores: Any, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """What is known of each kind beside its contacts, by section."""
    return {part.section.name: await part.besides(stores, playbook, now) for part in store_parts()}
