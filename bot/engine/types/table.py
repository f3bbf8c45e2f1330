"""The types of values, by name: a type is a class in this folder, a row here, and its name in `Type`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.types.dates import DateTimeType, DateType, TimeType
from bot.engine.types.plain import NumberType, TextType, YesNoType
from bot.engine.types.value_type import ValueType
from bot.model.value import PRIVATE_SLOT, Type

_ALL = (TextType(), NumberType(), DateType(), TimeType(), DateTimeType(), YesNoType())

TYPES: Mapping[Type, ValueType] = {type_.name: type_ for type_ in _ALL}
_NAMED: Mapping[str, ValueType] = {type_.name: type_ for type_ in _ALL}
"""The same types by any text, for names that may be of no type."""
BY_SLOT: Mapping[str, ValueType] = {type_.slot: type_ for type_ in _ALL}
"""By the letter that begins the slots of their values: `n` of `n.points`."""
PICKED: Mapping[Type, str] = {type_.name: type_.picked for type_ in _ALL if type_.picked}
"""The types that a date picker gives, and LINE's mode for each."""


def type_of(name: str) -> ValueType | None:
    """The type of this name; `None` where there is none."""
    return _NAMED.get(name)


def picked_type(name: str) -> ValueType | None:
    """The type of this name, where a date picker gives it."""
    return _NAMED[name] if name in PICKED else None


def slot_of(key: str, type_: Type, *, private: bool = False) -> str:
    """The slot of an attribute's value, `n.points`: a value of another type is in another slot, unread."""
    return f"{PRIVATE_SLOT if private else TYPES[type_].slot}.{key}"
