"""What an answer of a web hook means: typed fields for `event.*`, and what is saved of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.compiled.outside import Hook
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import local
from bot.engine.types.table import TYPES
from bot.model.event import Facts, Origin, Outcome
from bot.model.value import Type, Value

_DAYS_AHEAD = 3
"""How many days from now a date in such an example is."""


def hook_outcome(
    hook: Hook, answer: Mapping[str, Any] | None, origin: Origin | None, zone: ZoneInfo
) -> Outcome:
    """The outcome of a call: `answer` is the JSON that came back, `None` where none did.

    A field that is missing, too long, or of another type than `returns` says, is not known.
    """
    if answer is None:
        return Outcome("hook", "failed", origin, hook.name)
    fields: dict[str, Value] = {}
    for name, type_ in hook.returns.items():
        value = TYPES[type_].from_json(answer.get(name), zone)
        if value is not None:
            fields[name] = value
    saved: dict[str, Value] = {}
    for slot, type_, path in hook.save.values():
        value = TYPES[type_].from_json(at_path(answer, path), zone)
        if value is not None:
            saved[slot] = value
    return Outcome("hook", "ok", origin, hook.name, fields, Facts(saved) if saved else None)


def body_of(values: Mapping[str, Any], hook: Hook) -> dict[str, Any]:
    """The JSON that holds these values where the playbook reads them: `returns` by name, others by path."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        *above, last = [path] if path in hook.returns else path.split(".")
        there = body
        for key in above:
            there = there.setdefault(key, {})
        there[last] = value
    return body


def answer_of(hook: Hook, outcome: Outcome, zone: ZoneInfo) -> dict[str, Any]:
    """The JSON whose outcome this is, as far as the playbook reads it; all values are texts."""
    values = dict(outcome.fields)
    saved = outcome.facts.values if outcome.facts is not None else {}
    for slot, _, path in hook.save.values():
        if slot in saved and path.partition(".")[0] not in hook.returns:
            values[path] = saved[slot]
    return body_of({path: _text(value, zone) for path, value in values.items()}, hook)


def _text(value: Value, zone: ZoneInfo) -> str:
    return f"{local(value, zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def at_path(answer: Any, path: str) -> Any:
    """The value at `a.b.c` in JSON; `None` where there is none."""
    for key in path.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(key)
        elif isinstance(answer, list) and key.isdigit() and int(key) < len(answer):
            answer = answer[int(key)]
        else:
            return None
    return answer


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an answer."""

    path: str
    """Where it is in the JSON: `a.b`."""
    type: Type
    values: tuple[str, ...] = ()
    """All values that it may have; empty: any of its type."""
    saves: tuple[str, ...] = ()
    """The keys of the attributes that take it."""


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


def made_up(hook: Hook, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """An example of an answer, for the simulator and for `explain`: by path a value of each field's type."""
    day = (local(now, playbook.zone) + timedelta(days=_DAYS_AHEAD)).date()
    return {
        field.path: field.values[0] if field.values else TYPES[field.type].sample(day)
        for field in fields_of(hook, playbook)
    }
