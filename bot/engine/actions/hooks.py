"""The action `call`: a web hook of the playbook is requested, with a JSON body filled in for the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from bot.engine.actions.action import Doers, origin_of, worth
from bot.engine.compiled.step import Step
from bot.engine.texts.template import Template
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.effects import CallHook
from bot.model.trace import NoteKind

CALLED = NoteKind(
    "call: {hook}", "Asked the outside system {hook}, and waits for it", "wait", code="hook_called"
)


@dataclass(frozen=True, slots=True)
class Call(Step):
    """`call`: a web hook."""

    asks: ClassVar = CallHook.question
    about: ClassVar = "hook"
    hook: str


def _call(turn: Turn, step: Call, doing: Doing) -> None:
    """Ask for a web hook to be called."""
    hook = turn.playbook.hooks.get(step.hook)
    body = None if hook is None else _json(turn, hook.body, doing)
    turn.actions.append(CallHook(step.hook, body, origin_of(turn, doing)))
    turn.note(CALLED, step.hook, place=step.place)


def _json(turn: Turn, body: Any, doing: Doing) -> Any:
    """The body with its templates filled: `None` where a value is not known, moments in ISO 8601."""
    match body:
        case Template():
            value = worth(turn, body, doing)
            return value.isoformat() if isinstance(value, datetime) else value
        case dict():
            return {key: _json(turn, value, doing) for key, value in body.items()}
        case list() | tuple():
            return [_json(turn, value, doing) for value in body]
        case _:
            return body


DO: Doers = {
    Call: _call,
}
