"""Staff take a person out of a flow, or have it begin anew (semantics 40)."""

from __future__ import annotations

from bot.engine import notes
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.flows.starting import why_not
from bot.engine.times.local_time import INSTANT
from bot.engine.turn.doing import Begin
from bot.engine.turn.turn import Turn
from bot.model.counts import LEFT
from bot.model.instance import Instance
from bot.model.staff_order import StaffEnds
from bot.model.trace import NoteKind

BY_STAFF = "staff"
"""Why somebody has left, as reports count it."""

TAKEN_OUT = NoteKind(
    "staff: out of flow ({flow})",
    "Staff took them out of the flow {flow}",
    in_row="Staff took them out of a flow",
    code="staff_out",
)
BEGUN_ANEW = NoteKind(
    "staff: flow anew ({flow})",
    "Staff had the flow {flow} begin anew",
    in_row="Staff had a flow begin anew",
    code="staff_anew",
)
GONE = NoteKind(
    "staff: not in that flow ({flow})",
    "Nothing was done: that run of the flow {flow} is over",
    "not",
    "Nothing was done: that run of the flow is over",
    code="staff_not_in",
)


def ended_by_staff(turn: Turn, runner: FlowRunner, order: StaffEnds) -> None:
    """End the run that staff have seen, and begin it anew where they want that; another run stays."""
    instance = turn.contact.instance(order.flow, turn.channel)
    if instance is None or abs(instance.began - order.began) >= INSTANT:
        turn.note(GONE, order.flow)
    elif order.restarts:
        _restart(turn, runner, instance)
    else:
        for left in turn.leave(instance, BY_STAFF):
            turn.note(TAKEN_OUT, left.flow)


def _restart(turn: Turn, runner: FlowRunner, instance: Instance) -> None:
    """Begin the flow again at its first state, with the same inputs; the flow that runs it still waits."""
    flow = turn.flow_of(instance)
    if flow is None:
        turn.note(notes.NOT_STARTED, instance.flow, "not in the playbook any more")
        return
    reason = why_not(turn.playbook, flow, turn.channel, turn.now)
    if reason is not None:
        turn.note(notes.NOT_STARTED, flow.name, reason)
        return
    inputs = {name: instance.answers[name] for name in flow.inputs if name in instance.answers}
    turn.note(BEGUN_ANEW, flow.name)
    turn.mark(LEFT, instance, instance.state, BY_STAFF)
    turn.drop(instance)
    runner.begin(Begin(flow.name, inputs, instance.on_page, instance.parent, cause=instance.cause))
