"""Base classes of repositories: classes that read and write collections, some of them with sealed parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import orjson

from bot.store.database.collection import Collection
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal


def rows_of(collection: str) -> cached_property[Collection]:
    """Another collection of a repository, as a field of its class."""
    return cached_property(lambda repository: repository._database.collection(collection))


class Repository:
    """Collections of the database: `_rows` is what `class Friends(Repository, collection="friends")` names.

    Every call raises `DatabaseUnavailable` when MongoDB is away.
    """

    _name: ClassVar[str]

    def __init_subclass__(cls, *, collection: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        if collection:  # one of its own is inherited
            cls._name = collection

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def _rows(self) -> Collection:
        return self._database.collection(self._name)


class SealedRepository(Repository):
    """One collection of whose rows a part is sealed, bound to its place: `{_id, …, s}`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        super().__init__(database)
        self._seal = seal

    def _sealed(self, id: str, plain: bytes) -> bytes:
        """The sealed form of `plain`, bound to the row of this id."""
        return self._seal.seal(plain, self._place(id))

    def _opened(self, row: Mapping[str, Any], field: str = "s") -> bytes:
        """What is sealed in a row. Raises `SealInvalid`."""
        return self._seal.open(bytes(row[field]), self._place(row["_id"]))

    def _sealed_json(self, id: str, content: Any) -> bytes:
        return self._sealed(id, orjson.dumps(content))

    def _opened_json(self, row: Mapping[str, Any]) -> Any:
        return orjson.loads(self._opened(row))

    def _place(self, id: str) -> bytes:
        return f"{self._name}\0{id}".encode()
