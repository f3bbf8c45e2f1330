"""What all actions share: the type of the table `DO` that each module exports, and requests to the world.

A request (`EffectRequest`) is made after the turn; its outcome comes back as an event of its own.
"""

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
    """To whom the outcome of a request goes: the flow's instance; `None` outside flows, or in a state that
    does not rest, where no outcome is waited for."""
    instance, flow = doing.instance, doing.flow
    if instance is None or flow is None:
        return None
    state = flow.states.get(instance.state)
    if state is None or not state.rests:
        return None
    return Origin(instance.flow, instance.channel, instance.visit)


def note_not_asked(turn: Turn, what: str, place: Place) -> None:
    """Note that a request is not made: it has no value, or nothing waits for its outcome.

    `what` is the action's word, such as `send_code`.
    """
    turn.note(NOT_ASKED, what, place=place)


def at_once(turn: Turn, question: str, result: str, origin: Origin | None) -> None:
    """Queue an outcome at once, for a request that cannot be made: nothing may wait for it forever.

    `question` is the trigger of its outcomes (`code`, `member`, `clerk`). Without `origin` it does nothing.
    """
    if origin is not None:
        turn.answer_of_ours(question, result, origin)


def with_token(turn: Turn) -> None:
    """Give the turn's reply token, which it has not used, to its first request on this channel: the turn of
    the outcome replies with it, for free (semantics 8)."""
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
"""The table `DO` of a module: by the class of a step, the function that carries it out."""


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
