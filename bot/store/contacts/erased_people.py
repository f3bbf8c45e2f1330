"""Finds which rows of a collection belong to people being erased, and which were written after they were
gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.model.contact import Consent, contact_id
from bot.model.erasure import KnownBy
from bot.model.processes import part_of
from bot.store.collection_spec import CollectionSpec, PeopleKeys, PersonKeys
from bot.store.database.mongo import Document
from bot.store.keyed_ids import Hashes


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """A person who is being erased."""

    number: str
    """The number of the erasure."""
    keys: PersonKeys
    """What the person's rows are found by."""
    known: KnownBy = field(default_factory=KnownBy)
    """What lists and shops may know the person by."""
    contacts: Mapping[str, int] = field(default_factory=dict)
    """The revision of each of the person's contacts, by id, as they were read."""
    consents: Sequence[Consent] = ()
    menus: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """The LINE accounts (channel and user) that have a rich menu of their own."""
    gone: datetime | None = None
    """When the contacts were removed; `None`: they are not yet."""


def whose(spec: CollectionSpec) -> PeopleKeys:
    """How a person's rows are found in a collection that has some."""
    assert isinstance(spec.person, PeopleKeys)
    return spec.person


def ids_of(contact: Mapping[str, Any]) -> Iterator[str]:
    """The contact ids of the same person: its own, that it was merged into, and those of its LINE
    accounts."""
    yield contact["_id"]
    if "to" in contact:
        yield contact["to"]
    for one in contact.get("ids", ()):
        if one.get("uid") is not None:
            yield contact_id(one["ch"], one["uid"])


class ErasedPeople:
    """Several people being erased, so that one query of each collection serves all.

    `owner` has the number of the erasure by contact id; `keys` are those of all, `parts` the parts they are
    in.
    """

    def __init__(self, people: Sequence[ErasedPerson], hash_text: Hashes) -> None:
        self._hash = hash_text
        self._people = {one.number: one for one in people}
        self.owner = {id: one.number for one in people for id in one.keys.contacts}
        self.keys = PersonKeys(
            list(self.owner),
            [user for one in people for user in one.keys.users],
            [phone for one in people for phone in one.keys.phones],
        )
        self._by_key: dict[str, Mapping[str, str]] = {}
        self.parts = sorted({part_of(id) for id in self.owner})

    def where(self, spec: CollectionSpec, *, in_use: bool = False) -> Document:
        """The filter for their rows; of a collection whose rows may be in use, those that are, or are not."""
        found = dict(whose(spec).rows_of(self.keys, self._hash))
        using = whose(spec).in_use
        if using is None:
            return found
        return {"$and": [found, dict(using) if in_use else {"$nor": [dict(using)]}]}

    def fields(self, spec: CollectionSpec) -> Document:
        """The projection to the fields that say whose a row is, and when it was written."""
        names = (*(name for name in whose(spec).fields if name != "_id"), whose(spec).stored)
        return {"_id": 1, **{name: 1 for name in names if name}}

    def owners(self, spec: CollectionSpec, row: Mapping[str, Any]) -> set[str]:
        """The numbers of the erasures of those whose row it is."""
        found = {self.owner[id] for name in whose(spec).fields for id in _at(row, name) if id in self.owner}
        if whose(spec).keys and (number := self._keyed(spec).get(row["_id"])) is not None:
            found.add(number)
        return found

    def owners_before(self, spec: CollectionSpec, row: Mapping[str, Any], anew: Set[str]) -> set[str]:
        """As `owners`, but only if the row was written before the person was gone; all rows, while nobody is
        gone.

        `anew`: ids of contacts that exist again. A row without a moment is theirs, and not to be erased.
        """
        if all(one.gone is None for one in self._people.values()):
            return self.owners(spec, row)
        came = row.get(whose(spec).stored)
        if came is None:
            ids = {id for name in whose(spec).fields for id in _at(row, name)}
            return {self.owner[id] for id in ids if id in self.owner and id not in anew}
        gone = {number: self._people[number].gone for number in self.owners(spec, row)}
        return {number for number, at in gone.items() if at is not None and came < at}

    def _keyed(self, spec: CollectionSpec) -> Mapping[str, str]:
        """The erasure by row id, for ids that are hashes of a phone or LINE user; of two with one phone, the
        last."""
        if spec.name not in self._by_key:
            self._by_key[spec.name] = {
                id: one.number
                for one in self._people.values()
                for key in whose(spec).keys
                for value in {"phone": one.keys.phones, "user": one.keys.users}.get(key.kind, ())
                for id in key.all_of(value, self._hash)
            }
        return self._by_key[spec.name]


def _at(row: Any, path: str) -> Iterator[str]:
    """The ids that stand at a path, through lists."""
    if isinstance(row, list):
        for one in row:
            yield from _at(one, path)
    elif not path:
        yield row
    elif isinstance(row, Mapping):
        name, _, rest = path.partition(".")
        if name in row:
            yield from _at(row[name], rest)
