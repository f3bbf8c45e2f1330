"""Whether a flow may begin, as what, and whether a journey takes people and moves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.around import may_hold_on
from bot.engine.flows.push_gate import is_paused, is_stopped
from bot.engine.turn.doing import Begin
from bot.engine.turn.on_page import above
from bot.engine.turn.turn import Turn
from bot.model.instance import Instance
from bot.model.place import Place

FlowStanding: TypeAlias = Literal[
    "live",
    "closed",  # nobody new comes in
    "paused",  # nobody moves
    "stopped",  # all leave
]
"""The status of a flow on one channel at one moment, by all that limits it."""


class JourneyState(NamedTuple):
    """The status of a journey; `why` and `place` give the cause, where it is not live."""

    state: FlowStanding
    why: str = ""
    place: Place | None = None


def journeys(playbook: Playbook) -> Iterator[Flow]:
    """The flows that start by themselves, in the order of the files."""
    return (flow for flow in playbook.flows.values() if flow.start is not None)


def channels_of(playbook: Playbook, flow: Flow) -> Iterator[str]:
    """The channels on which a flow can start by itself: those that its condition does not leave out."""
    condition = flow.start.condition if flow.start is not None else None
    return (channel for channel in playbook.channels if may_hold_on(condition, channel))


def state_of(playbook: Playbook, flow: Flow, channel: str, now: datetime) -> JourneyState:
    """The present status of a flow on a channel: the most restrictive first."""
    rules = playbook.channels.get(channel)
    if is_stopped(flow, now):
        why = "status: stopped" if flow.status == "stopped" else "its time is over, then: stopped"
        return JourneyState("stopped", why, flow.status_place)
    if rules is not None and flow.name in rules.paused:
        return JourneyState("paused", f"paused on {channel}", rules.paused[flow.name])
    if flow.status in ("paused", "closed"):
        return JourneyState(flow.status, f"status: {flow.status}", flow.status_place)
    if flow.active_from is not None and now < flow.active_from:
        return JourneyState("closed", "its time has not come", flow.status_place)
    if flow.active_until is not None and now >= flow.active_until:
        return JourneyState("closed", "its time is over", flow.status_place)
    return JourneyState("live")


def new_instance(turn: Turn, flow: Flow, begin: Begin) -> Instance:
    """A run of a flow before its first state is entered.

    Visits are counted from the millisecond, and above what this turn has left: old runs stay distinct.
    """
    left = turn.left.get((flow.name, turn.channel), 0)
    visit = max(int(turn.now.timestamp() * 1000), left)
    return Instance(
        flow.name,
        turn.channel,
        flow.first.name,
        visit,
        turn.now,
        turn.now,
        begin.inputs,
        begin.on_page,
        begin.parent,
        cause=begin.cause,
    )


def go_on_in(turn: Turn, there: Instance, begin: Begin) -> None:
    """One who is in a flow already stays where he is; opened as a page it goes on there."""
    if begin.on_page:
        there.answers = {**there.answers, **begin.inputs}  # the code that was scanned last counts
        _onto_page(turn, there)
    there.parent = begin.parent or there.parent


def _onto_page(turn: Turn, instance: Instance) -> None:
    instance.on_page = True
    for other in turn.contact.flows:
        if (other.parent, other.channel) == (instance.flow, instance.channel) and not other.on_page:
            _onto_page(turn, other)


def back_onto_page(turn: Turn, instance: Instance) -> None:
    """Who answers on the page again goes on there, and all that runs the flow with it."""
    _place(turn, instance, on_page=True)


def into_chat(turn: Turn, instance: Instance) -> None:
    """Who begins in chat what is open on a page goes on in the chat, and all that runs the flow with it."""
    _place(turn, instance, on_page=False)


def _place(turn: Turn, instance: Instance, *, on_page: bool) -> None:
    flows = above(turn.contact, instance)
    for other in turn.contact.flows:
        if other.flow in flows and other.channel == instance.channel:
            other.on_page = on_page


def why_not(playbook: Playbook, flow: Flow, channel: str, now: datetime) -> str | None:
    """Why nobody may begin a flow on a channel now; `None` where one may."""
    if is_paused(playbook, flow, channel):
        return "paused"
    if flow.status != "live":
        return flow.status
    if flow.active_from is not None and now < flow.active_from:
        return "not yet active"
    if flow.active_until is not None and now >= flow.active_until:
        return "no longer active"
    return None
