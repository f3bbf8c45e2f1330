"""How what promotions store looks in MongoDB: collections, indexes of contacts, what a contact holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import IndexModel

from bot.model.held import Held
from bot.model.promotions import parts_of
from bot.store.collection_spec import CollectionSpec
from bot.store.database.collection import Document


@dataclass(frozen=True, slots=True)
class HeldRows:
    """At `path` of a contact's document there is a list of what is held, each written and read so."""

    path: str
    write: Callable[[Any], Document]
    read: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class RowsPart:
    """Of one kind: collections with rows of people, and others; indexes of contacts; what these hold."""

    people: Sequence[CollectionSpec] = ()
    others: Sequence[CollectionSpec] = ()
    indexes: Sequence[IndexModel] = ()
    held: Mapping[Held[Any], HeldRows] = field(default_factory=dict)


def row_parts() -> tuple[RowsPart, ...]:
    """Of all kinds."""
    return parts_of("rows")
