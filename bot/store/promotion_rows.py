"""What each kind of promotion declares for MongoDB: its collections, indexes of contacts, and what contacts
hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pymongo import IndexModel

from bot.model.held import Held
from bot.model.promotions import Parts
from bot.store.collection_spec import CollectionSpec
from bot.store.database.collection import Document


@dataclass(frozen=True, slots=True)
class HeldRows:
    """How a list that a contact holds is stored: at `path` of its document, each item by `write` and
    `read`."""

    path: str
    write: Callable[[Any], Document]
    read: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class RowsPart:
    """What one kind of promotion declares."""

    people: Sequence[CollectionSpec] = ()
    """Its collections with rows of people."""
    others: Sequence[CollectionSpec] = ()
    """Its other collections."""
    indexes: Sequence[IndexModel] = ()
    """Indexes of `contacts` that it needs."""
    held: Mapping[Held[Any], HeldRows] = field(default_factory=dict)
    """How what contacts hold of it is stored."""
    more_indexes: Mapping[str, Sequence[IndexModel]] = field(default_factory=dict)
    """Indexes that it needs of other kinds' collections of people, by collection."""


ROWS_PARTS = Parts("rows", RowsPart)
"""The declarations of all kinds of promotions."""


def rows_of_people() -> Iterator[CollectionSpec]:
    """Collections of all kinds, with the indexes by which others look into them."""
    more = [one for part in ROWS_PARTS for one in part.more_indexes.items()]
    specs = [spec for part in ROWS_PARTS for spec in part.people]
    if unknown := {name for name, _ in more} - {spec.name for spec in specs}:
        raise ValueError(f"indexes of no collection of a kind: {', '.join(sorted(unknown))}")
    for spec in specs:
        indexes = (index for name, found in more if name == spec.name for index in found)
        yield replace(spec, indexes=(*spec.indexes, *indexes))
