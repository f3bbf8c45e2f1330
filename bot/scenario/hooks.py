"""What an answer of a web hook means: typed fields for `event.*`, and what is saved of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.playbook import Hook
from bot.engine.typed import typed
from bot.model.event import Facts, Origin, Outcome
from bot.model.value import Type, Value, fits


def hook_outcome(
    hook: Hook, answer: Mapping[str, Any] | None, origin: Origin | None, zone: ZoneInfo
) -> Outcome:
    """The outcome of a call: `answer` is the JSON that came back, `None` where none did.

    A field that is missing, or of another type than `returns` says, is not known.
    """
    if answer is None:
        return Outcome("hook", "failed", origin, hook.name)
    fields: dict[str, Value] = {}
    for name, type_ in hook.returns.items():
        value = value_of(answer.get(name), type_, zone)
        if value is not None:
            fields[name] = value
    saved: dict[str, Value] = {}
    for slot, type_, path in hook.save.values():
        value = value_of(at_path(answer, path), type_, zone)
        if value is not None:
            saved[slot] = value
    return Outcome("hook", "ok", origin, hook.name, fields, Facts(saved) if saved else None)


def at_path(answer: Any, path: str) -> Any:
    """What stands at `a.b.c` in JSON; `None` where nothing does."""
    for key in path.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(key)
        elif isinstance(answer, list) and key.isdigit() and int(key) < len(answer):
            answer = answer[int(key)]
        else:
            return None
    return answer


def value_of(raw: Any, type_: Type, zone: ZoneInfo) -> Value | None:
    """A value of JSON as one of this type; `None` where it is none."""
    if isinstance(raw, str):
        return typed(raw, type_, zone) if raw else None
    if isinstance(raw, bool | int | float | datetime) and fits(type_, raw):
        return raw
    return (
        str(raw) if type_ == "text" and isinstance(raw, int | float) and not isinstance(raw, bool) else None
    )
