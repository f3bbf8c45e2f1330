"""Encodes dataclasses as documents and decodes them, by one table of field names for both.

A stored value of another type than its field counts as absent, so that no document stops a process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.model.value import Value, storable
from bot.store.database.collection import Document

T = TypeVar("T")
RawPart: TypeAlias = Mapping[str, Any]


def text(value: object) -> str | None:
    """The value if it is a `str`, else `None`."""
    return value if type(value) is str else None


def moment(value: object) -> datetime | None:
    """The value if it is a `datetime`, else `None`."""
    return value if type(value) is datetime else None


def flag(value: object) -> bool | None:
    """The value if it is a `bool`, else `None`."""
    return value if type(value) is bool else None


def number(value: object) -> int | None:
    """The value if it is a whole number, also of `bson.Int64`, else `None`."""
    return int(value) if isinstance(value, int) and type(value) is not bool else None


def worth(value: object) -> Value | None:
    """The value if an attribute or an answer may have it, else `None`."""
    plain = number(value)
    if plain is not None:
        return plain
    return value if storable(value) else None


def texts(value: object) -> tuple[str, ...]:
    """The texts in a list; empty where it is none."""
    return each(value, text)


def moments(value: object) -> tuple[datetime, ...]:
    """The moments in a list; empty where it is none."""
    return each(value, moment)


def inner(part: RawPart, name: str) -> RawPart:
    """The document nested under a name; empty where there is none."""
    value = part.get(name)
    return value if type(value) is dict or isinstance(value, Mapping) else {}  # nearly always the first


def each(values: object, read: Callable[[Any], T | None]) -> tuple[T, ...]:
    """What `read` makes of each item of a list; an item of which it makes nothing is left out."""
    if not isinstance(values, list) or not values:
        return ()
    return tuple([found for value in values if (found := read(value)) is not None])


def records(values: object, read: Callable[[RawPart], T | None]) -> tuple[T, ...]:
    """`each` of a list of documents: an item that is no document is left out."""
    return each(
        values, lambda value: read(value) if type(value) is dict or isinstance(value, Mapping) else None
    )


Reader = Callable[[Any], Any]
"""Decodes a stored value; `None` where it is of another type."""


RecordShape: TypeAlias = Mapping[str, tuple[str, Reader]]
"""For each field of a dataclass: the name it is stored under, and its reader."""


def shape_of(record: type, names: str, **readers: Reader) -> RecordShape:
    """The shape of a dataclass, by its fields in the order in which they are written, separated by spaces.

    `at` is a field stored under its own name, `flow:f` the field `flow`, stored as `f`. Its type gives the
    reader, unless `readers` has one.
    """
    hints = get_type_hints(record)
    pairs = [(field, name or field) for field, _, name in (word.partition(":") for word in names.split())]
    return {field: (name, readers.get(field) or reader_of(hints[field])) for field, name in pairs}


def reader_of(hint: Any) -> Reader:
    """The reader for values of this type. Raises `KeyError` for a type that is not stored."""
    kinds = set(get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)) - {NoneType}
    if all(get_origin(kind) is Literal for kind in kinds):
        choices = {choice for kind in kinds for choice in get_args(kind)}
        return lambda value: value if type(value) is str and value in choices else None
    (kind,) = kinds
    return _READERS[kind]


_READERS: Mapping[Any, Reader] = {
    str: text,
    datetime: moment,
    bool: flag,
    int: number,
    tuple[str, ...]: texts,
    tuple[datetime, ...]: moments,
}


class RecordCodec(Generic[T]):
    """Encodes and decodes a dataclass, by the field names that `shape_of` takes.

    A field with its default value is not stored. A document that lacks a field without a default, or has a
    value of another type there, is no record.
    """

    def __init__(self, record: type[T], fields_: str, /, **readers: Reader) -> None:
        names = shape_of(record, fields_, **readers)
        declared = {field.name: field for field in fields(record)}  # type: ignore[arg-type]  # a dataclass
        self._record = record
        short = {field: name for field, (name, _) in names.items()}
        self.write: Callable[[T], Document] = _writer(short, {name: declared[name].default for name in names})
        """Makes the document of a record."""
        self._read = {
            name: (field, read, declared[field].default is MISSING) for field, (name, read) in names.items()
        }
        self._required = sum(required for _, _, required in self._read.values())

    def read(self, document: RawPart, **more: Any) -> T | None:
        """The record in a document, with fields in `more` as given; `None`: a required field is missing."""
        found, missing = more, self._required
        for name, value in document.items():  # most records lack most fields
            if value is not None and (known := self._read.get(name)) is not None:
                field, read, required = known
                if (value := read(value)) is not None:
                    found[field] = value
                    missing -= required
        return None if missing else self._record(**found)


def _writer(names: Mapping[str, str], defaults: Mapping[str, Any]) -> Callable[[Any], Document]:
    """A function that encodes a record, generated as one `if` per field: a loop takes four times as long.

    Values are compared with defaults by `is`, as these are None, False, 0, "" and (): one object each.
    """
    lines = [
        f"  if (value := record.{field}) is not defaults_{field}: document[{name!r}] = value\n"
        for field, name in names.items()
    ]
    made: dict[str, Any] = {f"defaults_{field}": default for field, default in defaults.items()}
    exec(f"def write(record):\n  document = {{}}\n{''.join(lines)}  return document", made)
    write: Callable[[Any], Document] = made["write"]
    return write


def all_same(names: Iterable[str]) -> Callable[[Any, Any], bool]:
    """A function that says whether two records have identical objects in these fields (generated, for
    speed)."""
    made: dict[str, Callable[[Any, Any], bool]] = {}
    same = " and ".join(f"one.{name} is other.{name}" for name in names)
    exec(f"def all_same(one, other):\n  return {same}", made)
    return made["all_same"]
