"""Whether a journey takes people and moves them on a channel, and why not (requirement H6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook, may_hold_on
from bot.engine.flows.door import is_stopped
from bot.model.place import Place

FlowStanding: TypeAlias = Literal["live", "closed", "paused", "stopped"]
"""As `status` of a flow says it: closed, nobody new; paused, nobody moves; stopped, all leave."""


class JourneyState(NamedTuple):
    """How a journey stands; `why` and `place` say what has made it so, where it is not live."""

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
    """How a flow stands on a channel now: what holds most people up comes first."""
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
