"""What an attribute, an answer or a field of an event can hold."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from typing import Literal, TypeAlias, TypeGuard

Value: TypeAlias = str | int | float | bool | datetime
"""A text, a number, a yes/no, a date as `YYYY-MM-DD`, a time as `HH:MM`, or a moment (UTC, milliseconds).

Dates and times are texts, as in the database: so predicate and filter of a condition compare the same.
"""

Type: TypeAlias = Literal["text", "number", "date", "time", "date_time", "yes_no"]
"""What is known of each: `bot/engine/types`."""

PRIVATE_SLOT = "x"
"""Under which letter private values of any type are stored."""

INT64 = 2**63
"""Whole numbers from here on do not fit into the database: they are unknown."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def storable(value: object) -> TypeGuard[Value]:
    """Whether a value is of any type at all: what is not is nowhere known."""
    if isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        return -INT64 <= value < INT64
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, datetime) and value.tzinfo is not None


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
