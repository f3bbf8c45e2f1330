"""The timers of a state: `after`, `wait`, `give_up_after` (semantics 20, 30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.engine.compiled.flow import Flow, State
from bot.engine.times.local_time import Wait, due_after
from bot.engine.turn.dates import day_in
from bot.engine.turn.turn import Turn
from bot.model.contact import Held, Instance, Timer

DOOR = "door"
"""The timer of an instance that is held at the door of its state."""

SOONEST = timedelta(minutes=1)
"""A changed timer is due this long after the change at the earliest."""


def arm_door(turn: Turn, instance: Instance, held: Held) -> None:
    """Arm what opens the door: at its moment, or as soon as pushes go on; nothing where an event does."""
    if held.by == "brake":
        turn.arm(replace(_timer(instance, DOOR, turn.now), braked=True))
    elif held.until is not None:
        turn.arm(_timer(instance, DOOR, held.until))


def arm_timers(turn: Turn, instance: Instance) -> None:
    """Arm all timers of the state that an instance is in, from now."""
    flow = turn.flow_of(instance)
    state = flow.states.get(instance.state) if flow is not None else None
    if flow is None or state is None or state.end:
        return
    if state.question is not None and turn.contact.identity(instance.channel).staff:
        return  # they begin when staff hand back
    for wait in flow.waits[state.name]:
        turn.arm(_timer(instance, wait.text, _due(turn, wait, turn.now)))


def rearm_timers(turn: Turn, instance: Instance, flow: Flow, state: State, *, moved: bool) -> None:
    """After a change of the playbook: timers counted from when the state was entered (semantics 30).

    What has fired stays so; what was changed is due in a minute at the earliest. What was due long ago is
    late where nobody has changed it: the flow was paused, or the person was `moved` into this state.
    """
    before = {
        timer.timer: timer
        for timer in turn.contact.timers
        if timer.flow == instance.flow and timer.channel == instance.channel and timer.visit
    }
    turn.void_timers(instance)
    if instance.held is not None:
        if DOOR in before:
            turn.arm(before[DOOR])
        return
    if state.question is not None and turn.contact.identity(instance.channel).staff:
        return
    for wait in flow.waits[state.name]:
        if wait.text in instance.fired:
            continue
        due = _due(turn, wait, instance.entered)
        old = before.get(wait.text)
        if old is not None and old.planned == due:
            turn.arm(old)
        else:
            first = due if moved and due < turn.now else None
            turn.arm(replace(_timer(instance, wait.text, max(due, turn.now + SOONEST)), first=first))


def follow_dates(turn: Turn) -> None:
    """A date has changed: who waits for it in a state waits for the date as it is now."""
    for instance in turn.contact.flows:
        flow, state = turn.flow_of(instance), turn.state_of(instance)
        if flow is None or state is None or instance.held is not None:
            continue
        own = (flow.name, instance.visit)
        armed = {t.timer: t for t in turn.contact.timers if (t.flow, t.visit) == own}
        for wait in flow.waits[state.name]:
            old = armed.get(wait.text)
            due = _due(turn, wait, instance.entered)
            if old is not None and old.planned != due and _date_of(turn, wait) is not None:
                turn.arm(_timer(instance, wait.text, max(due, turn.now)))


def void_question_timers(turn: Turn, instance: Instance) -> None:
    """Stop the time-outs of a question; one that is still to be asked has none, only a door."""
    state = turn.state_of(instance)
    if state is not None and state.question is not None and instance.held is None:
        turn.void_timers(instance)


def _timer(instance: Instance, name: str, due: datetime) -> Timer:
    return Timer(instance.flow, instance.channel, instance.visit, name, due)


def _due(turn: Turn, wait: Wait, entered: datetime) -> datetime:
    return due_after(wait, entered, turn.playbook.zone, _date_of(turn, wait))


def _date_of(turn: Turn, wait: Wait) -> date | None:
    return day_in(turn, wait.slot) if wait.slot is not None else None
