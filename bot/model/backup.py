"""What is known of a backup and of a restore: when, by whom, of which moment, how much is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CollectionContent:
    """Of one collection in a backup: how many rows were copied, to which those come or from which those go
    that were written meanwhile, or, of a restore, how many there are; `digest`: the SHA-256 of all that
    stands of it in the file, in hexadecimal digits."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class BackupOrigin:
    """What a backup says first. `keys`: the names of all keys that its rows are sealed and hashed with, each
    with its fingerprint; `program` and `database` are versions of oaflow and MongoDB, `schema` is the number
    of the form in which the rows are."""

    id: str
    begun: datetime
    program: str
    database: str
    keys: Mapping[str, str]
    schema: int


@dataclass(frozen=True, slots=True)
class BackupContent:
    """What a whole one has in it: all collections as they were at one moment, `as_of`."""

    origin: BackupOrigin
    as_of: datetime
    collections: Mapping[str, CollectionContent] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Of all collections."""
        return sum(one.rows for one in self.collections.values())


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore of the backup with this id: of which moment it is, when it was done by whom. `staging`: it is
    a copy for trying, which may call nobody; `is_under_way`: it has begun, and is not whole."""

    backup: str
    as_of: datetime
    at: datetime
    by: str
    staging: bool = False
    is_under_way: bool = False
