"""How what promotions store looks in MongoDB: collections, indexes of contacts, what a contact holds."""

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
    """At `path` of a contact's document there is a list of what is held, each written and read so."""

    path: str
    write: Callable[[Any], Document]
    read: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class RowsPart:
    """Of one kind: collections with rows of people, and others; indexes of contacts; what these hold.

    `more_indexes`, by collection: by which it looks for rows of people that another kind has.
    """

    people: Sequence[CollectionSpec] = ()
    others: Sequence[CollectionSpec] = ()
    indexes: Sequence[IndexModel] = ()
    held: Mapping[Held[Any], HeldRows] = field(default_factory=dict)
    more_indexes: Mapping[str, Sequence[IndexModel]] = field(default_factory=dict)


ROWS_PARTS = Parts("rows", RowsPart)


def rows_of_people() -> Iterator[CollectionSpec]:
    """Collections of all kinds, with the indexes by which others look into them."""
    more = [one for part in ROWS_PARTS for one in part.more_indexes.items()]
    specs = [spec for part in ROWS_PARTS for spec in part.people]
    if unknown := {name for name, _ in more} - {spec.name for spec in specs}:
        raise ValueError(f"indexes of no collection of a kind: {', '.join(sorted(unknown))}")
    for spec in specs:
        indexes = (index for name, found in more if name == spec.name for index in found)
        yield replace(spec, indexes=(*spec.indexes, *indexes))
