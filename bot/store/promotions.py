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

    section: PromotionSection[Any]
    labels: Callable[[datetime], Sequence[Document]] = _no_labels
    usage: Callable[[PeopleByLabel], Any] = _as_counted
    besides: Callable[[Any, Playbook, datetime], Awaitable[Any]] = _nothing_besides
    filters: Mapping[type[Any], Callable[[Any, datetime], Document]] = field(default_factory=dict)
    restored: Callable[[Callable[[str], SynchronousCollection]], None] = lambda collection: None


def store_parts() -> tuple[StorePart, ...]:
    """Of all kinds."""
    return parts_of("store")


def promotion_labels(now: datetime) -> list[Document]:
    """Expressions over a contact that give the labels of all kinds, each behind the section of its kind."""
    return [
        {"$map": {"input": labels, "in": {"$concat": [_kind(part), " ", "$$this"]}}}
        for part in store_parts()
        for labels in part.labels(now)
    ]


def promotion_usage(counted: Mapping[str, PeopleByLabel]) -> dict[str, Any]:
    """By section what was made of the labels that were counted, by the word in front of them."""
    return {part.section.name: part.usage(counted.get(_kind(part), {})) for part in store_parts()}


def _kind(part: StorePart) -> str:
    return f"{part.section.name}:"


async def promotions_besides(stores: Any, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """What is known of each kind beside its contacts, by section."""
    return {part.section.name: await part.besides(stores, playbook, now) for part in store_parts()}
