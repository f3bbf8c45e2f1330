"""How our own data are written as JSON and read back: events from inside, and what is asked of the world.

A JSON object here has exactly one key: the name of one of our types (below it its fields that are not as
they are by default), `moment` (ISO 8601, UTC) or `map`. Lists are read back as tuples. A field that is gone
is ignored and a new one has its default, so that what an older version wrote can be read. So a class that is
written here keeps its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime
from typing import Any, get_args

import orjson

from bot.model.contact import Clerk, Found
from bot.model.effects import EffectNotice, EffectRequest
from bot.model.event import Event, Facts, Origin, Profile, ReplyToken, Source, What

_OURS = (
    *(Event, Source, ReplyToken, Profile),
    *(Facts, Origin, Found, Clerk),
    *(*get_args(What), *get_args(EffectRequest), *get_args(EffectNotice)),
)
_NAMED: Mapping[str, type[Any]] = {one.__name__: one for one in _OURS}


class NotOurs(ValueError):
    """This is not what `written` has made."""


def written(value: Any) -> bytes:
    """One of our own types as JSON. Raises `TypeError` for anything that is not one of them."""
    return orjson.dumps(_plain(value))


def read(text: bytes) -> Any:
    """What `written` was given. Raises `NotOurs`."""
    try:
        return _value(orjson.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # JSONDecodeError is a ValueError
        raise NotOurs(f"this cannot be read back: {type(error).__name__}") from error


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {"map": {key: _plain(item) for key, item in value.items()}}
    name = type(value).__name__
    if _NAMED.get(name) is not type(value):
        raise TypeError(f"{name} is not written down")
    told = {f.name: getattr(value, f.name) for f in fields(value)}
    return {name: {f.name: _plain(told[f.name]) for f in fields(value) if not _is_default(f, told[f.name])}}


def _is_default(field: Field[Any], value: Any) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return field.default is not MISSING and type(value) is type(field.default) and value == field.default


def _value(told: Any) -> Any:
    if isinstance(told, list):
        return tuple(_value(item) for item in told)
    if not isinstance(told, dict):
        return told
    ((name, inner),) = told.items()
    match name:
        case "moment":
            return datetime.fromisoformat(inner)
        case "map":
            return {key: _value(item) for key, item in inner.items()}
        case _:
            ours = _NAMED[name]
            known = {f.name for f in fields(ours)}
            return ours(**{key: _value(item) for key, item in inner.items() if key in known})
