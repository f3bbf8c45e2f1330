"""How journeys stand and why, who is in them, and what was counted of a flow.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.starting import JourneyState, channels_of, state_of
from bot.engine.times.local_time import today
from bot.model.counts import Count, PushFigures, StateCount, push_figures
from bot.operations.simulated_time import now_among
from bot.store.counters.quotas import QuotaFigure
from bot.store.stores import Stores

LATELY = 30
"""Days, today among them."""


@dataclass(frozen=True, slots=True)
class JourneyOnChannel:
    """A journey on one of its channels: how it stands, who is in it, and what LINE last told of messages.

    `braked`: staff have stopped its pushes.
    """

    channel: str
    stands: JourneyState
    people: int
    held: Mapping[str, int]
    quota: QuotaFigure | None
    braked: bool = False


@dataclass(frozen=True, slots=True)
class JourneyStatus:
    """A journey (or another flow) as it stands, with the pushes that count toward its cap.

    `lately`: what became of its pushes in the last `LATELY` days.
    """

    flow: Flow
    pushes: int
    channels: tuple[JourneyOnChannel, ...]
    lately: PushFigures


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """What was counted from a day of the team on, and who is in the flow now."""

    since: str
    counts: Sequence[Count]
    here: Sequence[StateCount]


async def status_of(people: Stores, playbook: Playbook, flows: Sequence[Flow]) -> list[JourneyStatus]:
    """How these flows stand among these people now."""
    now = await now_among(people)
    counts, quotas = people.counts, await people.quotas.all()
    brake = await people.brakes.read()
    totals = await people.totals.of(flow.name for flow in flows)
    await counts.fold_all()
    since = (today(now, playbook.zone) - timedelta(days=LATELY - 1)).isoformat()
    found = []
    for flow in flows:
        here = await counts.people_in(flow.name)
        channels = dict.fromkeys([*channels_of(playbook, flow), *(one.channel for one in here)])
        on = tuple(_on_channel(playbook, flow, name, here, quotas, now) for name in channels)
        on = tuple(replace(one, braked=brake.holds(one.channel, (flow.name,))) for one in on)
        lately = push_figures(await counts.since(since, flow.name))
        found.append(JourneyStatus(flow, totals.get(flow.name, 0), on, lately))
    return found


async def flow_counts(people: Stores, playbook: Playbook, flow: str, days: int) -> FlowCounts:
    """The counts of the last days, today among them. What waits to be counted is counted first."""
    counts = people.counts
    await counts.fold_all()
    since = (today(await now_among(people), playbook.zone) - timedelta(days=days - 1)).isoformat()
    return FlowCounts(since, await counts.since(since, flow), await counts.people_in(flow))


def _on_channel(
    playbook: Playbook,
    flow: Flow,
    channel: str,
    here: Iterable[StateCount],
    quotas: Mapping[str, QuotaFigure],
    now: datetime,
) -> JourneyOnChannel:
    there = playbook.flow(flow.name, channel) or flow
    people, held = 0, Counter[str]()
    for one in here:
        if one.channel == channel:
            people += one.number
            if one.held is not None:
                held[one.held] += one.number
    stands = state_of(playbook, there, channel, now)
    return JourneyOnChannel(channel, stands, people, held, quotas.get(channel))
