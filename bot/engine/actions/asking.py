"""What all have in common that ask the world: who waits for the answer, which comes back as an event."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.effects import EffectRequest
from bot.model.event import Origin
from bot.model.place import Place


def origin_of(turn: Turn, doing: Doing) -> Origin | None:
    """Who waits for an outcome: the instance, where its state rests; else nobody."""
    instance, flow = doing.instance, doing.flow
    if instance is None or flow is None:
        return None
    state = flow.states.get(instance.state)
    if state is None or not state.rests:
        return None
    return Origin(instance.flow, instance.channel, instance.visit)


def not_asked(turn: Turn, what: str, place: Place) -> None:
    """Nothing can be asked; `what` is the action's word."""
    turn.note(what, "not-asked", "there is no value, or nobody waits for the outcome", place)


def at_once(turn: Turn, asked: str, result: str, origin: Origin | None) -> None:
    """The outcome of what cannot even be asked: whoever waits for it must not wait for ever."""
    if origin is not None:
        turn.answer_of_ours(asked, result, origin)


def with_token(turn: Turn) -> None:
    """The first outcome of what this turn asks inherits its reply token, if unused (semantics 8)."""
    for number, action in enumerate(turn.actions):
        if (
            isinstance(action, EffectRequest)
            and action.origin is not None
            and action.origin.channel == turn.channel
        ):
            turn.actions[number] = replace(action, token=turn.token)
            return
