"""How a collection is declared: its indexes, when its rows expire, which people they concern, what is sealed.

The tables in `collections` and `people_collections` are made of these. Making indexes, erasing people and
rotating keys read the tables, so a new collection needs no code there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from bot.model.translatable import Translatable
from bot.store.keyed_ids import Hashes, KeyedId

LIFE = "life"
"""The name of the TTL index, by which MongoDB removes expired rows."""


def index_of(
    name: str, *fields: str, where: Mapping[str, Any] | None = None, unique: bool = False
) -> IndexModel:
    """An ascending index on `fields`, with `where` a partial one of the documents that match.

    `unique`: no two documents in it may have the same values.
    """
    only: dict[str, Any] = {"partialFilterExpression": where} if where is not None else {}
    if unique:
        only["unique"] = True
    return IndexModel([(field, ASCENDING) for field in fields], name=name, **only)


def if_there(field: str) -> Mapping[str, Any]:
    """The filter for documents that have the field."""
    return {field: {"$exists": True}}


@dataclass(frozen=True, slots=True)
class Expires:
    """MongoDB removes rows by itself, some time after a moment that each of them has."""

    since: str
    """The field with that moment; rows without it stay."""
    after: timedelta = timedelta()
    """How long after that moment; with `by_playbook` where the playbook does not say."""
    where: Mapping[str, Any] = field(default_factory=dict)
    """Only rows that match this filter are removed; empty: all."""
    by_playbook: bool = False
    """The playbook says how long: `Database.keep` makes the index."""

    def index(self, after: timedelta | None = None) -> IndexModel:
        """The TTL index; `after`: the playbook's time, in place of the declared one."""
        only = {"partialFilterExpression": dict(self.where)} if self.where else {}
        seconds = int((self.after if after is None else after).total_seconds())
        return IndexModel([(self.since, ASCENDING)], name=LIFE, expireAfterSeconds=seconds, **only)


@dataclass(frozen=True, slots=True)
class Stays:
    """A row stays until our code removes or replaces it."""

    until: str
    """When that is, in words, for readers."""


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """What a person's rows are found by."""

    contacts: Sequence[str]
    """Ids of their contacts, also of those that were merged into another."""
    users: Sequence[str] = ()
    """Their LINE user ids."""
    phones: Sequence[str] = field(default=(), repr=False)
    """Their phones (E.164)."""


@dataclass(frozen=True, slots=True)
class PeopleKeys:
    """How the rows of a collection belong to people, so that a person's are found and erased."""

    kind: Translatable = field(kw_only=True)
    """What the rows are to people, for a certificate of erasure."""
    fields: tuple[str, ...] = ()
    """The fields that hold ids of contacts."""
    keys: tuple[KeyedId, ...] = ()
    """The kinds of `_id` that are keyed hashes of a person's phone or LINE user id."""
    among: tuple[str, ...] = ()
    """Set where a row concerns several people, and stays when one of them is erased: the lists that the
    person is removed from. A list of contact ids (`list`), or of parts that have one in a field
    (`list.field`)."""
    in_use: Mapping[str, Any] | None = None
    """The filter for rows that may not be changed now: a person is removed from them later."""
    stored: str = ""
    """The field with the moment at which a row was written; empty: there is none."""
    large: bool = False
    """There are many rows, and no index finds those of a person: the last step of an erasure reads all."""

    def rows_of(self, person: PersonKeys, hash_text: Hashes) -> Mapping[str, Any]:
        """The filter for a person's rows."""
        ids = {"phone": person.phones, "user": person.users, "address": ()}
        keyed = [row for key in self.keys for value in ids[key.kind] for row in key.all_of(value, hash_text)]
        ways: list[Mapping[str, Any]] = [{field: {"$in": list(person.contacts)}} for field in self.fields]
        return {"$or": [*ways, {"_id": {"$in": keyed}}] if self.keys else ways}

    def without(self, person: PersonKeys) -> Mapping[str, Any]:
        """The update that removes a person from the lists in `among`."""
        theirs = {"$in": list(person.contacts)}
        lists = [one.partition(".") for one in self.among]
        return {"$pull": {name: {field: theirs} if field else theirs for name, _, field in lists}}


@dataclass(frozen=True, slots=True)
class Impersonal:
    """No row is about one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSpec:
    """The declaration of one collection."""

    name: str
    indexes: tuple[IndexModel, ...] = ()
    """All indexes but the TTL index, which `life` gives."""
    life: Expires | Stays
    """When its rows are removed."""
    person: PeopleKeys | Impersonal
    """Which people its rows concern."""
    sealed: tuple[str, ...]
    """The fields of which every value is sealed bytes, also those nested within."""
    shard_key: Mapping[str, int | str] = field(default_factory=dict)
    """What a sharded cluster divides it by, in MongoDB's own form; empty: it stays on one shard
    (`docs/operations/scaling.md`)."""

    def all_indexes(self) -> list[IndexModel]:
        """Its `indexes`, and the TTL index unless the playbook sets its time."""
        match self.life:
            case Expires(by_playbook=False) as life:
                return [*self.indexes, life.index()]
            case _:
                return [*self.indexes]
