"""Who goes on in a flow because time has passed, or what held them at a door is gone (semantics 20-22)."""

from __future__ import annotations

from dataclasses import replace

from bot.engine import notes
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.flows.push_gate import (
    AGAIN,
    WaitsForMorning,
    brake_of,
    is_halted,
    is_late,
    still_closed,
    waits_for_brake,
)
from bot.engine.turn.timers import GATE
from bot.engine.turn.turn import Turn
from bot.model.event import TimerDue
from bot.model.instance import Instance, Timer


def open_gates(turn: Turn, runner: FlowRunner) -> None:
    """Let in who is held for a reason that no time ends and that is gone."""
    for instance in turn.contact.flows:
        held = instance.held
        if held is None or not turn.has(instance) or still_closed(turn, instance, held.by):
            continue
        if isinstance(turn.event.what, TimerDue) and _is_gate(turn.event.what.timer, instance):
            continue  # it is opened by its timer, which knows since when
        if is_halted(turn, instance):  # nobody moves: whether the door opens is seen when somebody may
            again = turn.now + AGAIN
            gate = Timer(instance.flow, instance.channel, instance.visit, GATE, again, first=turn.now)
            turn.arm(_gate_of(turn, instance) or gate)
            continue
        with turn.on(instance.channel):
            _open_late(turn, runner, instance)


def _open_late(turn: Turn, runner: FlowRunner, instance: Instance) -> None:
    """Open a door that nothing keeps closed any more; it is late where it could have opened in a pause."""
    flow, state, gate = turn.flow_of(instance), turn.state_of(instance), _gate_of(turn, instance)
    if flow is not None and state is not None and gate is not None and gate.first is not None:
        turn.late = is_late(turn, flow, state, gate.late_from)
    _open_gate(turn, runner, instance)


def _gate_of(turn: Turn, instance: Instance) -> Timer | None:
    return next((timer for timer in turn.contact.timers if _is_gate(timer, instance)), None)


def _is_gate(timer: Timer, instance: Instance) -> bool:
    wanted = (instance.flow, instance.channel, instance.visit, GATE)
    return (timer.flow, timer.channel, timer.visit, timer.timer) == wanted


def is_held_by_brake(turn: Turn, timer: Timer) -> bool:
    """Whether a timer that is due moves nobody, for pushes are stopped: then it waits as it is (35)."""
    if not waits_for_brake(brake_of(turn.playbook, turn.world.brake), turn.contact, timer):
        return False
    turn.arm(replace(timer, braked=True))
    turn.note(notes.TIMER_BRAKED, timer.timer)
    return True


def timer_is_due(turn: Turn, runner: FlowRunner, timer: Timer) -> None:
    """A timer of a flow has come due (semantics 20)."""
    instance = turn.contact.instance(timer.flow, timer.channel)
    if instance is None or instance.visit != timer.visit:
        turn.note(notes.TIMER_STALE, timer.timer, timer.flow)
        return
    flow = turn.flow_of(instance)
    state = flow.states.get(instance.state) if flow is not None else None
    if flow is None or state is None:
        _look_later(turn, timer)
        turn.note(notes.TIMER_LOST, timer.timer, timer.flow)
        return
    if is_halted(turn, instance):
        _look_later(turn, timer)
        turn.note(notes.TIMER_WAITS, timer.timer)
        return
    turn.late = is_late(turn, flow, state, timer.late_from)
    if timer.timer == GATE:
        _open_gate(turn, runner, instance)
    else:
        _hear_timer(turn, runner, instance, timer)
    turn.late = False


def _look_later(turn: Turn, timer: Timer) -> None:
    """Arm a timer again, `AGAIN` later: nobody moves by it now. How late it is counts from its first time."""
    turn.arm(replace(timer, due=turn.now + AGAIN, first=timer.planned, deferred=False, braked=False))


def _hear_timer(turn: Turn, runner: FlowRunner, instance: Instance, timer: Timer) -> None:
    """Pass a timer to its flow, once in a visit; what is too late to be said may wait for the morning."""
    fired = instance.fired
    instance.fired = (*fired, timer.timer)
    try:
        runner.handle(instance, f"after {timer.timer}", TriggerEvent("after", timer.timer))
    except WaitsForMorning as late:
        instance.fired = fired
        turn.arm(replace(timer, due=late.until, first=timer.planned, deferred=True, braked=False))
        turn.note(notes.TIMER_HELD, timer.timer, "late", place=late.place)


def _open_gate(turn: Turn, runner: FlowRunner, instance: Instance) -> None:
    """Look again at the door where an instance is held, and let it in if it is open."""
    flow = turn.flow_of(instance)
    state = flow.states.get(instance.state) if flow is not None else None
    held = instance.held
    if flow is None or state is None or held is None:
        return
    instance.held = None
    turn.disarm(instance.flow, instance.channel, GATE)
    if held.by in ("quota", "brake"):  # nobody knew for how long: what was missed goes by `if_late`
        turn.late = is_late(turn, flow, state, instance.entered)
    else:
        instance.entered = turn.now
    runner.come_in(instance, flow, state)
    runner.begin_all()
    runner.rest(instance)
    turn.late = False
