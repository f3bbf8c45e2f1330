"""How flows stand, and how each stands on its channels: the answer of `flows.status` (H6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.engine.flows.starting import FlowStanding, JourneyState
from bot.model.answer_fields import Clock, Help, Sentence
from bot.model.channel import PricePlan
from bot.model.counts import PushFigures
from bot.model.translatable import Translatable, TranslatableValue, plural, tr
from bot.operations.journey_reports.words import push_words
from bot.operations.journeys import LATELY, JourneyOnChannel, JourneyStatus
from bot.operations.push_gate_words import with_waiting
from bot.playbook.in_money import push_price
from bot.store.counters.quotas import QuotaFigure

STATES: Mapping[FlowStanding, Translatable] = {
    "live": tr("live"),
    "closed": tr("closed"),
    "paused": tr("paused"),
    "stopped": tr("stopped"),
}
_WHY: Mapping[str, Translatable] = {
    "its time has not come": tr("its time has not come"),
    "its time is over": tr("its time is over"),
    "its time is over, then: stopped": tr("its time is over, then: stopped"),
}
"""What is no line of the playbook, as `state_of` has it."""


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


def status_answer(found: Sequence[JourneyStatus], plans: Mapping[str, PricePlan]) -> FlowStatuses:
    """The answer of what was found; `plans` by channel."""
    return FlowStatuses([_status(one, plans) for one in found])


def _status(one: JourneyStatus, plans: Mapping[str, PricePlan]) -> JourneyRow:
    flow = one.flow
    return JourneyRow(
        flow.name,
        flow.title,
        None if flow.max_total is None else one.pushes,
        flow.max_total,
        one.lately,
        [_on_channel(on, plans.get(on.channel)) for on in one.channels],
    )


def _on_channel(one: JourneyOnChannel, plan: PricePlan | None) -> FlowOnChannel:
    why, place = _cause(one.state)
    about = (one.channel, one.state.state, why, place)
    return FlowOnChannel(*about, one.people, one.held, one.braked, one.quota, plan)


def _cause(state: JourneyState) -> tuple[TranslatableValue | None, str | None]:
    place = None if state.place is None else state.place.text
    return (_WHY.get(state.why) or state.why) or None, place
