"""What a pretend answer of a web hook may hold: its fields, each of its type, and values made up for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.engine.compiled.playbook import Hook, Playbook
from bot.engine.times.local_time import local
from bot.engine.types.table import TYPES
from bot.model.value import Type, Value

LONGEST = 2_000
"""Characters of one field."""
_DAYS_AHEAD = 3


class NotAnAnswer(Exception):
    """This is no answer of that hook; the message says which field, and what it takes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an answer: `path` is where it stands (`a.b`), `values` are all that it may be.

    `saves` names the attributes that take it.
    """

    path: str
    type: Type
    values: tuple[str, ...] = ()
    saves: tuple[str, ...] = ()


def fields_of(hook: Hook, playbook: Playbook) -> tuple[Field, ...]:
    """What the playbook reads of an answer: `returns`, and what `save` takes from elsewhere in it."""
    values = {info.slot: _texts(info.values) for info in playbook.attributes.values()}
    saved = {path: (type_, values.get(slot, ())) for slot, type_, path in hook.save.values()}
    takes: dict[str, tuple[str, ...]] = {}
    for attribute, (_, _, path) in hook.save.items():
        takes[path] = (*takes.get(path, ()), attribute)
    fields = {
        name: Field(name, type_, saved.get(name, (type_, ()))[1], takes.get(name, ()))
        for name, type_ in hook.returns.items()
    }
    for path, (type_, allowed) in saved.items():
        if path.partition(".")[0] not in fields:
            fields[path] = Field(path, type_, allowed, takes[path])
    return tuple(fields.values())


def _texts(values: tuple[Value, ...] | None) -> tuple[str, ...]:
    return tuple(value for value in values or () if isinstance(value, str))


def checked(given: Mapping[str, Any], hook: Hook, playbook: Playbook) -> dict[str, Any]:
    """The values of these fields, those that are empty left out. Raises `NotAnAnswer`."""
    fields = {field.path: field for field in fields_of(hook, playbook)}
    answer: dict[str, Any] = {}
    for path, value in given.items():
        if path not in fields:
            known = ", ".join(fields) or "no fields"
            raise NotAnAnswer(f'"{hook.name}" answers with {known}, not with "{path[:LONGEST]}"')
        if value is None or value == "":
            continue
        wanted = fields[path].type
        if isinstance(value, str) and len(value) > LONGEST:
            raise NotAnAnswer(f'"{path}" has at most {LONGEST} characters')
        if TYPES[wanted].told(value, playbook.zone) is None:
            raise NotAnAnswer(f'"{path}" is {TYPES[wanted].asked}')
        answer[path] = value
    return answer


def made_up(hook: Hook, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """Values that could be an answer, by the type of each field."""
    day = (local(now, playbook.zone) + timedelta(days=_DAYS_AHEAD)).date()
    return {
        field.path: field.values[0] if field.values else TYPES[field.type].made_up(day)
        for field in fields_of(hook, playbook)
    }
