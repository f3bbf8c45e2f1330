"""What all actions share: the table that each module exports, and how an action asks the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from bot.engine.compiled.step import Operand, Step, TodayWord
from bot.engine.notes import NOT_ASKED
from bot.engine.texts.template import Template
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.effects import EffectRequest
from bot.model.event import Origin
from bot.model.place import Place
from bot.model.value import Value


def origin_of(turn: Turn, doing: Doing) -> Origin | None:
    """Who waits for an outcome: the instance, where its state rests; else nobody."""
    instance, flow = doing.instance, doing.flow
    if instance is None or flow is None:
        return None
    state = flow.states.get(instance.state)
    if state is None or not state.rests:
        return None
    return Origin(instance.flow, instance.channel, instance.visit)


def note_not_asked(turn: Turn, what: str, place: Place) -> None:
    """Nothing can be asked; `what` is the action's word."""
    turn.note(NOT_ASKED, what, place=place)


def at_once(turn: Turn, question: str, result: str, origin: Origin | None) -> None:
    """Queue an outcome at once, for a request that cannot be made: nothing may wait for it forever."""
    if origin is not None:
        turn.answer_of_ours(question, result, origin)


def with_token(turn: Turn) -> None:
    """The first outcome of what this turn asks inherits its reply token, if unused (semantics 8)."""
    for number, action in enumerate(turn.actions):
        if (
            isinstance(action, EffectRequest)
            and action.origin is not None
            and action.origin.channel == turn.channel
        ):
            asked: Any = action  # each is a dataclass, which their union does not say
            turn.actions[number] = replace(asked, token=turn.token)
            return


Doers: TypeAlias = Mapping[type[Step], Callable[[Turn, Any, Doing], None]]


def worth(turn: Turn, operand: Operand, doing: Doing) -> Value | None:
    """The value of an operand here and now; `None` where nothing is known."""
    match operand:
        case TodayWord(now):
            return turn.now if now else turn.when.today.isoformat()
        case Template():
            value = operand.worth(turn.lookup(doing), turn.playbook.zone)
            return None if value == "" else value
        case _:
            return operand
