"""Who goes on in a flow because time has passed, or what held them at a door is gone (semantics 20-22)."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.door import AGAIN, is_halted, is_late, next_morning, still_closed
from bot.engine.heard import Heard
from bot.engine.moves import Moves
from bot.engine.timers import DOOR
from bot.engine.turn import Turn
from bot.model.contact import Instance, Timer


def open_doors(turn: Turn, moves: Moves) -> None:
    """Let in who is held for a reason that no time ends and that is gone."""
    for instance in turn.contact.flows:
        held = instance.held
        if held is None or not turn.has(instance) or still_closed(turn, instance, held.by):
            continue
        if is_halted(turn, instance):  # nobody moves: whether the door opens is seen when somebody may
            again = turn.now + AGAIN
            turn.arm(Timer(instance.flow, instance.channel, instance.visit, DOOR, again, first=turn.now))
            continue
        with turn.on(instance.channel):
            _open_door(turn, moves, instance)


def timer_is_due(turn: Turn, moves: Moves, timer: Timer) -> None:
    """A timer of a flow has come due (semantics 20)."""
    instance = turn.contact.instance(timer.flow, timer.channel)
    if instance is None or instance.visit != timer.visit:
        turn.note(f"timer {timer.timer}", "stale-timer", f"flow {timer.flow}")
        return
    flow = turn.flow_of(instance)
    state = flow.states.get(instance.state) if flow is not None else None
    if flow is None or state is None:
        return  # lost: it does nothing
    if is_halted(turn, instance):
        turn.arm(replace(timer, due=turn.now + AGAIN, first=timer.since))
        turn.note(f"timer {timer.timer}", "waits", "paused")
        return
    turn.late = is_late(turn, flow, state, timer.since)
    if timer.timer == DOOR:
        _open_door(turn, moves, instance)
    elif turn.late and state.pushes_at(timer.timer) and _comes_too_late(turn, moves, timer, instance):
        turn.note(f"timer {timer.timer}", "late", place=state.place)
    else:
        instance.fired = (*instance.fired, timer.timer)
        moves.hear(instance, f"after {timer.timer}", Heard("after", timer.timer))
    turn.late = False


def _comes_too_late(turn: Turn, moves: Moves, timer: Timer, instance: Instance) -> bool:
    """Whether what a rule would push where the person stands, without a door, waits or ends the flow (22)."""
    flow, state = turn.flow_of(instance), turn.state_of(instance)
    if flow is None or state is None:
        return False
    late = state.late or flow.late
    if late.then == "next_morning":
        turn.arm(replace(timer, due=next_morning(turn, flow, late.at), first=None))
    elif late.then == "exit":
        moves.end(instance, "late")
    return late.then in ("next_morning", "exit")


def _open_door(turn: Turn, moves: Moves, instance: Instance) -> None:
    """Look again at the door where an instance is held, and let it in if it is open."""
    flow = turn.flow_of(instance)
    state = flow.states.get(instance.state) if flow is not None else None
    held = instance.held
    if flow is None or state is None or held is None:
        return
    instance.held = None
    turn.disarm(instance.flow, instance.channel, DOOR)
    if held.by == "quota":  # nobody knew for how long: what was missed goes by the rule for what is late
        turn.late = is_late(turn, flow, state, instance.entered)
    else:
        instance.entered = turn.now
    moves.come_in(instance, flow, state)
    moves.begin_all()
    moves.rest(instance)
    turn.late = False
