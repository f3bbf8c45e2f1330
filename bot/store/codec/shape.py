"""How a plain record looks in the database: one table for writing it and for reading it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, Generic, TypeVar

from bot.store.codec.fitting import RawPart
from bot.store.database.mongo import Document

T = TypeVar("T")
Reader = Callable[[Any], Any]
"""Makes a value of what is stored; `None` where it does not fit."""


class RecordCodec(Generic[T]):
    """The fields of a dataclass, each with its short name in the database and its reader.

    A field that has its default value is left out: unknown is absent. A record that lacks a field without a
    default, or has something else there, is none.
    """

    def __init__(self, record: type[T], names: Mapping[str, tuple[str, Reader]]) -> None:
        declared = {field.name: field for field in fields(record)}  # type: ignore[arg-type]  # a dataclass
        self._record = record
        self._values = attrgetter(*names)
        self._names = tuple(name for name, _ in names.values())
        self._defaults = tuple(declared[field].default for field in names)
        self._read = [
            (field, name, read, declared[field].default is MISSING) for field, (name, read) in names.items()
        ]

    def write(self, record: T) -> Document:
        """The document of a record."""
        values = self._values(record)
        # defaults are None, False, 0, "" and (): one object each. No loop of ours: every turn writes some
        return dict(compress(zip(self._names, values, strict=True), map(is_not, values, self._defaults)))

    def read(self, document: RawPart, **more: Any) -> T | None:
        """The record in a document, with `more` fields of it; `None` where there is none."""
        found = more
        for field, name, read, required in self._read:
            value = document.get(name)
            if value is not None:
                value = read(value)
            if value is not None:
                found[field] = value
            elif required:
                return None
        return self._record(**found)
