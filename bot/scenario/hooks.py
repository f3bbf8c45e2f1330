"""What an answer of a web hook means: typed fields for `event.*`, and what is saved of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.compiled.outside import Hook
from bot.engine.times.local_time import local
from bot.engine.types.table import TYPES
from bot.model.event import Facts, Origin, Outcome
from bot.model.value import Value


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
