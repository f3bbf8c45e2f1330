"""Brings a person whom another playbook decided last up to date, before the event (semantics 30, 31)."""

from __future__ import annotations

from dataclasses import replace

from bot.engine import notes
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import is_of_form
from bot.engine.flows.push_gate import is_stopped
from bot.engine.turn.changes import fold_marketing_anew, set_attribute
from bot.engine.turn.timers import rearm_timers, set_date_timers
from bot.engine.turn.turn import Turn
from bot.model.counts import MOVED, PASSED
from bot.model.decision import EndedFlow
from bot.model.instance import Instance

EXIT = "exit"
"""In `moved` of a flow instead of a state: people leave the flow."""


def look_over(turn: Turn) -> None:
    """Move people out of states that are gone, end stopped flows, count timers anew, follow renamed data."""
    playbook, contact = turn.playbook, turn.contact
    if contact.version != playbook.version:
        _rename_tags(turn)
        _rename_attributes(turn)
        fold_marketing_anew(turn)
        for instance in contact.flows:
            flow = turn.flow_of(instance)
            if flow is not None and turn.has(instance):
                _look_over(turn, instance, flow)
            elif flow is None and is_of_form(instance.flow):
                _leave(turn, instance, EXIT)
                turn.note(notes.FORM_GONE, instance.flow)
        set_date_timers(turn)
    if not playbook.stopping:
        return
    for instance in contact.flows:  # `active: {until}` passes without a change of the playbook
        flow = turn.flow_of(instance)
        if flow is not None and turn.has(instance) and is_stopped(flow, turn.now):
            _leave(turn, instance, "stopped")
            turn.note(notes.FLOW_STOPPED, instance.flow)


def moved_to(flow: Flow, state: str) -> str | None:
    """The present state of an instance last stored in `state`, or `EXIT`; `None`: it is lost."""
    if flow.form is not None and state not in flow.states:
        return flow.first.name  # where the first open field is looked for
    for _ in range(len(flow.moved) + 1):
        if state in flow.states or state not in flow.moved:
            break
        state = flow.moved[state]
    return state if state in flow.states or state == EXIT else None


def _look_over(turn: Turn, instance: Instance, flow: Flow) -> None:
    state = moved_to(flow, instance.state)
    if state == EXIT:
        turn.mark(PASSED, instance, instance.state, MOVED, "")
        _leave(turn, instance, EXIT)
        turn.note(notes.MOVED_OUT, instance.state)
        return
    if state is None:
        turn.note(notes.STATE_LOST, flow.name, instance.state)
        return
    is_moved = state != instance.state
    if is_moved:
        turn.note(notes.MOVED, state, instance.state, place=flow.states[state].place)
        turn.mark(PASSED, instance, instance.state, MOVED, state)
        instance.state, instance.fired = state, ()  # an instance held at a door is held at the new one's
        turn.drop_children(instance)
    rearm_timers(turn, instance, flow, flow.states[state], moved=is_moved)


def _leave(turn: Turn, instance: Instance, at: str) -> None:
    for left in turn.leave(instance, at):
        turn.ended += (EndedFlow(left.flow, left.channel, at, left.began, left.answers),)


def _rename_tags(turn: Turn) -> None:
    renamed = {info.moved_from: name for name, info in turn.playbook.tags.items() if info.moved_from}
    if any(tag.name in renamed for tag in turn.contact.tags):
        have = {tag.name for tag in turn.contact.tags}
        turn.contact.tags = tuple(
            replace(tag, name=renamed[tag.name]) if tag.name in renamed else tag
            for tag in turn.contact.tags
            if renamed.get(tag.name) not in have
        )


def _rename_attributes(turn: Turn) -> None:
    for key, info in turn.playbook.attributes.items():
        if info.moved_from is None:
            continue
        old = f"{info.slot.partition('.')[0]}.{info.moved_from}"
        known = turn.contact.attributes.get(old)
        if known is not None:
            if info.slot not in turn.contact.attributes:
                set_attribute(turn, key, info.slot, known.value, news=False, by_shop=True)
            set_attribute(turn, info.moved_from, old, None, news=False, by_shop=True)
