"""How flows stand, and how each stands on its channels: the answer of `flows.status` (H6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.starting import FlowStanding, channels_of, state_of
from bot.engine.times.local_time import today
from bot.model.answer_fields import Clock, Help, Sentence
from bot.model.channel import PricePlan
from bot.model.counts import PushFigures, StateCount, push_figures
from bot.model.translatable import Translatable, TranslatableValue, plural, tr
from bot.operations.flow_states import BY_ITSELF
from bot.operations.journey_reports.words import push_words
from bot.operations.journeys import LATELY
from bot.operations.push_gate_words import with_waiting
from bot.operations.simulated_time import now_among
from bot.playbook.in_money import push_price
from bot.store.counters.quotas import QuotaFigure
from bot.store.stores import Stores

STATES: Mapping[FlowStanding, Translatable] = {
    "live": tr("live"),
    "closed": tr("closed"),
    "paused": tr("paused"),
    "stopped": tr("stopped"),
}


@dataclass(frozen=True, slots=True)
class FlowOnChannel:
    """A flow on one of its channels, and who is in it."""

    channel: str
    state: FlowStanding
    why: Annotated[Sentence | None, Help("Where it is not live.")]
    place: Annotated[str | None, Help("Where the playbook says so.")]
    people: int
    held: Annotated[Mapping[str, int], Help("Of them, by what holds them.")]
    pushes_stopped: Annotated[bool, Help("By staff.")]
    quota: Annotated[QuotaFigure | None, Help("Of the month, as LINE was last asked.")]
    plan: PricePlan | None

    def lines(self, at: Clock) -> Iterator[Translatable]:
        people = with_waiting(plural("1 person", "{number} people", self.people), self.held)
        yield tr("  {channel}: {state}; {people}", channel=self.channel, state=self._state(), people=people)
        if self.pushes_stopped:
            yield tr("    its pushes are stopped:  oaflow stop status  says by whom")
        if self.state == "live" and self.quota is not None and self.quota.left == 0:
            asked = at(self.quota.at)
            yield tr(
                "    the month's messages are used up (asked {at}): who is to be pushed to waits", at=asked
            )
        if (price := push_price(self.plan)) is not None:
            yield tr("    {price}", price=price)

    def _state(self) -> Translatable:
        state = STATES[self.state]
        if self.why is None:
            return state
        if self.place is None:
            return tr("{state}, {why}", state=state, why=self.why)
        line, _, _ = self.place.rpartition(":")
        return tr("{state}, {why} ({place})", state=state, why=self.why, place=line)


@dataclass(frozen=True, slots=True)
class JourneyRow:
    """A flow, with the pushes that count toward its cap."""

    flow: str
    title: str
    pushes: Annotated[int | None, Help("`null`: it has no cap.")]
    max_pushes: int | None
    last_30_days: PushFigures
    channels: Sequence[FlowOnChannel]

    def lines(self, at: Clock) -> Iterator[TranslatableValue]:
        yield tr("{name}  {title}", name=self.flow, title=self.title)
        for one in self.channels:
            yield from one.lines(at)
        if (pushes := push_words(self.last_30_days)) is not None:
            yield tr("  last {days} days: {pushes}", days=LATELY, pushes=pushes)
        if self.max_pushes is None or self.pushes is None:
            return
        number, cap = f"{self.pushes:,}", f"{self.max_pushes:,}"
        if self.pushes >= self.max_pushes:
            yield tr("  {number} of {cap} pushes, its cap: nobody is pushed to", number=number, cap=cap)
        else:
            yield tr("  {number} of {cap} pushes", number=number, cap=cap)


@dataclass(frozen=True, slots=True)
class FlowStatuses:
    """All journeys, or the one that was asked for."""

    flows: Sequence[JourneyRow]

    def lines(self, at: Clock) -> Iterator[TranslatableValue]:
        if not self.flows:
            yield tr("the playbook has no journey")
        for one in self.flows:
            yield from one.lines(at)


async def status_of(
    people: Stores, playbook: Playbook, flows: Sequence[Flow], plans: Mapping[str, PricePlan]
) -> list[JourneyRow]:
    """How these flows stand among these people now; `plans` by channel. May raise `DatabaseUnavailable`."""
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
        on = [
            FlowOnChannel(
                name,
                *_state(playbook, flow, name, now),
                *_people(here, name),
                brake.holds(name, (flow.name,)),
                quotas.get(name),
                plans.get(name),
            )
            for name in channels
        ]
        pushes = None if flow.max_total is None else totals.get(flow.name, 0)
        lately = push_figures(await counts.since(since, flow.name))
        found.append(JourneyRow(flow.name, flow.title, pushes, flow.max_total, lately, on))
    return found


def _state(
    playbook: Playbook, flow: Flow, channel: str, now: datetime
) -> tuple[FlowStanding, TranslatableValue | None, str | None]:
    """How it stands there, why, and where the playbook says so."""
    state, why, place = state_of(playbook, playbook.flow(flow.name, channel) or flow, channel, now)
    return state, BY_ITSELF.get(why) or why or None, None if place is None else place.text


def _people(here: Iterable[StateCount], channel: str) -> tuple[int, Mapping[str, int]]:
    """How many are in it there, and how many of them what holds."""
    people, held = 0, Counter[str]()
    for one in here:
        if one.channel == channel:
            people += one.number
            if one.held is not None:
                held[one.held] += one.number
    return people, held
