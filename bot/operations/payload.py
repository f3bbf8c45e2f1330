"""What an operation answers, as JSON: the one place where dataclasses become documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias, get_type_hints, overload

import orjson

from bot.model.answer_fields import Internal
from bot.model.place import Place
from bot.model.plain_text import visible
from bot.model.translatable import ENGLISH, Language, Listing, Phrase, Quoted, Translatable
from bot.operations.catalog.identities import (
    ContactName,
    ContactRef,
    FaceValueText,
    MaskedName,
    PageCursor,
    Spoken,
    TerminalText,
)

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


def as_json(value: object, language: Language = ENGLISH, shown: FaceValueText | None = None) -> Any:
    """A value as `json.dumps` takes it.

    Dataclasses and named tuples by their fields, days and moments as ISO 8601, money as exact decimals,
    sentences in this language, whom it is about as `shown`. Raises `TypeError` of what has no form in JSON.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Translatable() | Quoted() | Listing() | Phrase():
            return language.words(value)
        case Place():
            return value.text
        case ContactRef() | PageCursor() | MaskedName() | ContactName() | TerminalText():
            if shown is None:
                raise TypeError(f"{type(value).__name__} is shown by a face alone")
            return shown(value)
        case Mapping():
            return {key: as_json(one, language, shown) for key, one in value.items()}
        case _ if is_dataclass(value):
            kind: Any = type(value)
            named = {name: getattr(value, name) for name in _shown_fields(kind)}
            said = {name: one for name, one in named.items() if not _is_left_out(one, shown)}
            return {name: as_json(one, language, shown) for name, one in said.items()}
        case tuple() if hasattr(value, "_fields"):
            return {
                name: as_json(one, language, shown) for name, one in zip(value._fields, value, strict=True)
            }
        case Sequence():
            return [as_json(one, language, shown) for one in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


@cache
def _shown_fields(kind: type[Any]) -> Sequence[str]:
    """Those that are no matter of oaflow's own."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        one.name for one in fields(kind) if Internal() not in getattr(hints[one.name], "__metadata__", ())
    ]


def _is_left_out(value: object, shown: FaceValueText | None) -> bool:
    if isinstance(value, Spoken):
        return True
    return isinstance(value, MaskedName) and shown is not None and shown(value) is None
