"""What an operation answers, as JSON: the one place where dataclasses become documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeAlias, overload

import orjson

from bot.model.plain_text import visible
from bot.model.translatable import ENGLISH, Language, Translatable

Payload: TypeAlias = dict[str, Any]
"""An answer, or a part of one, that is to be JSON: its values are whatever `as_json` takes."""


@overload
def pick(of: None, *names: str) -> None: ...
@overload
def pick(of: object, *names: str) -> Payload: ...
def pick(of: object, *names: str) -> Payload | None:
    """These attributes of an object, in this order; `None` of nothing."""
    return None if of is None else {name: attrgetter(name)(of) for name in names}


def pick_or_none(of: object, *names: str) -> Payload:
    """The same, where each of them is `None` of nothing."""
    return pick(of, *names) or dict.fromkeys(names)


def json_line(value: object) -> bytes:
    """JSON for a file that leaves the house, on one line: no sign in it that hides or turns what is read."""
    return visible(orjson.dumps(value).decode()).encode()


def as_json(value: object, language: Language = ENGLISH) -> Any:
    """A value as `json.dumps` takes it.

    Dataclasses and named tuples by their fields, moments as ISO 8601, sentences in this language. Raises
    `TypeError` of what has no form in JSON.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.isoformat()
        case Translatable():
            return language.text(value)
        case Mapping():
            return {key: as_json(one, language) for key, one in value.items()}
        case _ if is_dataclass(value):
            return {field.name: as_json(getattr(value, field.name), language) for field in fields(value)}
        case tuple() if hasattr(value, "_fields"):
            return {name: as_json(one, language) for name, one in zip(value._fields, value, strict=True)}
        case Sequence():
            return [as_json(one, language) for one in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
