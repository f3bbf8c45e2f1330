"""The declaration of a collection: its indexes, the life of its rows, whose they are, what is sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from bot.model.translatable import Translatable
from bot.store.keyed_ids import Hashes, KeyedId

LIFE = "life"
"""What the index is called by which MongoDB removes rows."""


def index_of(
    name: str, *fields: str, where: Mapping[str, Any] | None = None, unique: bool = False
) -> IndexModel:
    """An index, of those documents only that fit `where`; `unique`: no two of them share a value."""
    only: dict[str, Any] = {"partialFilterExpression": where} if where is not None else {}
    if unique:
        only["unique"] = True
    return IndexModel([(field, ASCENDING) for field in fields], name=name, **only)


def if_there(field: str) -> Mapping[str, Any]:
    """The filter for documents that have the field."""
    return {field: {"$exists": True}}


@dataclass(frozen=True, slots=True)
class Expires:
    """MongoDB removes a row so long after the moment `since`; of some collections only those `where`.

    `by_playbook`: the playbook says how long, and `Database.keep` has it done; `after` where it does not.
    """

    since: str
    after: timedelta = timedelta()
    where: Mapping[str, Any] = field(default_factory=dict)
    by_playbook: bool = False

    def index(self, after: timedelta | None = None) -> IndexModel:
        """What has MongoDB do so."""
        only = {"partialFilterExpression": dict(self.where)} if self.where else {}
        seconds = int((self.after if after is None else after).total_seconds())
        return IndexModel([(self.since, ASCENDING)], name=LIFE, expireAfterSeconds=seconds, **only)


@dataclass(frozen=True, slots=True)
class Stays:
    """A row stays until we remove or replace it."""

    until: str


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """What a person's rows are found by: the ids of their contacts, merged ones too, LINE's, their phones."""

    contacts: Sequence[str]
    users: Sequence[str] = ()
    phones: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PeopleKeys:
    """People's rows: `fields` hold ids of contacts, or a row's own id is one of `keys`.

    `among`: the row is of others, too. It stays when one of them is erased, who is taken out of these lists:
    of ids of contacts, or of parts with such a field (`list.field`); of a row that is `in_use` later.
    `stored` is the moment at which a row came, where it says so. `large`: there are many, and no index finds
    a person's: the last look of an erasure reads them all.
    """

    kind: Translatable = field(kw_only=True)
    """What the rows are to people, for a certificate of erasure."""
    fields: tuple[str, ...] = ()
    keys: tuple[KeyedId, ...] = ()
    among: tuple[str, ...] = ()
    in_use: Mapping[str, Any] | None = None
    stored: str = ""
    large: bool = False

    def rows_of(self, person: PersonKeys, hash_text: Hashes) -> Mapping[str, Any]:
        """The filter for a person's rows."""
        ids = {"phone": person.phones, "user": person.users, "address": ()}
        keyed = [row for key in self.keys for value in ids[key.kind] for row in key.all_of(value, hash_text)]
        ways: list[Mapping[str, Any]] = [{field: {"$in": list(person.contacts)}} for field in self.fields]
        return {"$or": [*ways, {"_id": {"$in": keyed}}] if self.keys else ways}

    def without(self, person: PersonKeys) -> Mapping[str, Any]:
        """What takes a person out of rows that are of others, too."""
        theirs = {"$in": list(person.contacts)}
        lists = [one.partition(".") for one in self.among]
        return {"$pull": {name: {field: theirs} if field else theirs for name, _, field in lists}}


@dataclass(frozen=True, slots=True)
class Impersonal:
    """No row is about one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSpec:
    """One collection. `sealed` are the fields that hold sealed bytes only, with all that they contain.

    Its other `indexes` come without the one of its life. `shard_key` is what a sharded cluster divides it by,
    in MongoDB's own form; without one all of it stays on one shard (`docs/operations/scaling.md`).
    """

    name: str
    indexes: tuple[IndexModel, ...] = ()
    life: Expires | Stays
    person: PeopleKeys | Impersonal
    sealed: tuple[str, ...]
    shard_key: Mapping[str, int | str] = field(default_factory=dict)

    def all_indexes(self) -> list[IndexModel]:
        """Those that it is found by, and that of its life, where nobody says how long that is."""
        match self.life:
            case Expires(by_playbook=False) as life:
                return [*self.indexes, life.index()]
            case _:
                return [*self.indexes]
