"""What an attribute, an answer or a field of an event can hold, and how each type is written down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Literal, TypeAlias, TypeGuard

Value: TypeAlias = str | int | float | bool | datetime
"""A text, a number, a yes/no, a date as `YYYY-MM-DD`, a time as `HH:MM`, or a moment (UTC, milliseconds).

Dates and times are texts, as in the database: so predicate and filter of a condition compare the same.
"""

Type: TypeAlias = Literal["text", "number", "date", "time", "date_time", "yes_no"]

PICKED: Mapping[Type, str] = {"date": "date", "time": "time", "date_time": "datetime"}
"""The types that a date picker gives, and LINE's mode for each.

https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action
"""

SLOTS: Mapping[Type, str] = {
    "text": "t",
    "number": "n",
    "date": "d",
    "time": "h",
    "date_time": "m",
    "yes_no": "y",
}
"""Under which letter a value of each type is stored; `x` is for private ones of any type."""

PRIVATE_SLOT = "x"

TEXTUAL = frozenset({"text", "date", "time"})
"""The types whose values are texts."""

INT64 = 2**63
"""Whole numbers from here on do not fit into the database: they are unknown."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def slot_of(key: str, type_: Type, *, private: bool = False) -> str:
    """Where the value of an attribute lies, `n.points`: a value of another type lies elsewhere, unknown."""
    return f"{PRIVATE_SLOT if private else SLOTS[type_]}.{key}"


def fits(type_: Type, value: object) -> bool:
    """Whether a value is one of this type; what is not is unknown, in memory as in the database."""
    if isinstance(value, str):
        return type_ in TEXTUAL
    if isinstance(value, bool):  # before int, which it is too
        return type_ == "yes_no"
    if isinstance(value, int):
        return type_ == "number" and -INT64 <= value < INT64
    if isinstance(value, float):
        return type_ == "number" and isfinite(value)
    return type_ == "date_time" and isinstance(value, datetime) and value.tzinfo is not None


def storable(value: object) -> TypeGuard[Value]:
    """Whether a value is of any type at all: what is not is nowhere known."""
    return any(fits(type_, value) for type_ in SLOTS)


def below(one: Value, other: Value) -> bool:
    """Whether one is smaller than the other; what is of another kind is neither smaller nor larger."""
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one < other
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    return isinstance(one, datetime) and isinstance(other, datetime) and one < other


def month_day(value: Value) -> str | None:
    """The `MM-DD` of a date; `None` where the text is none."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        return value[5:]
    return None
