"""Reading values of a document with care: what does not fit is unknown, `None`, never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from bot.model.value import Value, storable

T = TypeVar("T")
RawPart: TypeAlias = Mapping[str, Any]


def text(value: object) -> str | None:
    return value if type(value) is str else None


def moment(value: object) -> datetime | None:
    return value if type(value) is datetime else None


def flag(value: object) -> bool | None:
    return value if type(value) is bool else None


def number(value: object) -> int | None:
    """A whole number; what the database makes of a large one is a kind of its own."""
    return int(value) if isinstance(value, int) and type(value) is not bool else None


def worth(value: object) -> Value | None:
    """A value of an attribute or an answer."""
    plain = number(value)
    if plain is not None:
        return plain
    return value if storable(value) else None


def texts(value: object) -> tuple[str, ...]:
    return each(value, text)


def moments(value: object) -> tuple[datetime, ...]:
    return each(value, moment)


def inner(part: RawPart, name: str) -> RawPart:
    """The part below a name; empty where there is none."""
    value = part.get(name)
    return value if isinstance(value, Mapping) else {}


def each(values: object, read: Callable[[Any], T | None]) -> tuple[T, ...]:
    """What `read` makes of each item of a list; an item of which it makes nothing is left out."""
    if not isinstance(values, list) or not values:
        return ()
    return tuple([found for value in values if (found := read(value)) is not None])


def records(values: object, read: Callable[[RawPart], T | None]) -> tuple[T, ...]:
    """`each` of a list of records: what is none is left out."""
    return each(values, lambda value: read(value) if isinstance(value, Mapping) else None)
