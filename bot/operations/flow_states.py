"""How a flow stands on each channel, and why: by the playbook, by itself, by staff (requirement H6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.starting import JourneyState, channels_of, state_of
from bot.model.answer_fields import Help, Internal, Sentence
from bot.model.brake import Brake, FlowRestriction, PushStop
from bot.model.translatable import Translatable, tr
from bot.store.counters.quotas import QuotaFigure

StandingKind: TypeAlias = Literal["live", "closed", "paused", "stopped", "braked", "used_up", "capped"]
"""As the playbook says it; `braked`: staff have stopped its pushes; `used_up`: no message of the month
is left; `capped`: it has made all pushes that it may."""

STANDINGS: Mapping[StandingKind, Translatable] = {
    "live": tr("Runs"),
    "closed": tr("Closed to new people"),
    "paused": tr("On hold"),
    "stopped": tr("Stopped"),
    "braked": tr("Pushes stopped"),
    "used_up": tr("Waits for messages"),
    "capped": tr("At its cap"),
}
BY_ITSELF: Mapping[str, Translatable] = {
    "its time has not come": tr("by itself: its time has not come"),
    "its time is over": tr("by itself: its time is over"),
    "its time is over, then: stopped": tr("by itself: its time is over, and then everybody leaves it"),
}


@dataclass(frozen=True, slots=True)
class FlowStands:
    """How a flow stands on a channel. `by_staff`: who has stopped what."""

    channel: str
    kinds: Annotated[tuple[StandingKind, ...], Help("The gravest first; none of them is alone `live`.")]
    why: Annotated[Sentence | None, Help("Where that is not the doing of staff.")]
    by_staff: Annotated[tuple[FlowRestriction | PushStop, ...], Internal()] = ()


def _why(state: JourneyState, by_staff: Iterable[FlowRestriction]) -> Translatable | None:
    """Why it takes nobody, or moves nobody, where that is not staff's doing."""
    if state.state in ("live", *(one.limit for one in by_staff)):
        return None
    if (by_itself := BY_ITSELF.get(state.why)) is not None:
        return by_itself
    place = state.place
    if place is None:
        return tr("by the playbook")
    return tr("by the playbook ({place})", place=f"{place.file}:{place.line}")


def stands_of(
    playbook: Playbook,
    flow: Flow,
    brake: Brake,
    quotas: Mapping[str, QuotaFigure],
    pushes: int,
    now: datetime,
) -> list[FlowStands]:
    """How it stands on each channel on which it can begin; one that only others begin, on all.

    `pushes`: how many it has made that count toward its cap.
    """
    channels = list(channels_of(playbook, flow)) or list(playbook.channels)
    return [_stands_on(playbook, flow, name, brake, quotas.get(name), pushes, now) for name in channels]


def _stands_on(
    playbook: Playbook,
    flow: Flow,
    channel: str,
    brake: Brake,
    quota: QuotaFigure | None,
    pushes: int,
    now: datetime,
) -> FlowStands:
    there = playbook.flow(flow.name, channel) or flow
    state = state_of(playbook, there, channel, now)
    limits = [one for one in brake.restrictions if one.flow == flow.name]
    stops = [one for one in brake.stops if one.holds(channel, (flow.name,))][:1]
    kinds: list[StandingKind] = [] if state.state == "live" else [state.state]
    kinds += [one.limit for one in limits if one.limit not in kinds]
    if stops:
        kinds.append("braked")
    if flow.start is not None and there.max_total is not None and pushes >= there.max_total:
        kinds.append("capped")
    elif flow.start is not None and quota is not None and quota.left == 0 and not kinds:
        kinds.append("used_up")
    return FlowStands(channel, tuple(kinds) or ("live",), _why(state, limits), (*limits, *stops))
