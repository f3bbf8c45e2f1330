"""`oaflow journey status`: how each journey stands, why, and who is in it (requirement H6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from bot.cli.order import CommandOrder, carried_out
from bot.cli.push_gate_words import with_waiting
from bot.engine.flows.starting import FlowStanding, JourneyState, journeys
from bot.model.channel import PricePlan
from bot.model.translatable import Translatable, tr
from bot.operations.journey_reports.words import push_words
from bot.operations.journeys import LATELY, JourneyOnChannel, JourneyStatus, status_of
from bot.operations.payload import pick
from bot.operations.resolve_name import flow_of
from bot.playbook.in_money import push_price

STATES: Mapping[FlowStanding, Translatable] = {
    "live": tr("live"),
    "closed": tr("closed"),
    "paused": tr("paused"),
    "stopped": tr("stopped"),
}
_WHY = {
    "its time has not come": tr("its time has not come"),
    "its time is over": tr("its time is over"),
    "its time is over, then: stopped": tr("its time is over, then: stopped"),
}
"""What is no line of the playbook, as `state_of` tells it."""


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print how a flow stands, or every journey."""
    playbook, name = order.playbook, order.name
    flows = list(journeys(playbook)) if name is None else [flow_of(playbook, name)]
    found = await status_of(await order.people(), playbook, flows)
    channels = order.served.settings.channels
    plans = {name: one.plan for name, one in channels.items() if one.plan is not None}
    lines = [line for one in found for line in _lines(one, order.zone, plans)]
    order.show([_payload(one, plans) for one in found], *(lines or [tr("the playbook has no journey")]))


def _payload(journey: JourneyStatus, plans: Mapping[str, PricePlan]) -> dict[str, object]:
    flow = journey.flow
    return {
        "flow": flow.name,
        "title": flow.title,
        "pushes": None if flow.max_total is None else journey.pushes,
        "max_pushes": flow.max_total,
        f"last_{LATELY}_days": journey.lately,
        "channels": [_channel_payload(one, plans.get(one.channel)) for one in journey.channels],
    }


def _channel_payload(one: JourneyOnChannel, plan: PricePlan | None) -> dict[str, object]:
    place = one.stands.place
    return {
        "channel": one.channel,
        "state": one.stands.state,
        "why": one.stands.why or None,
        "place": None if place is None else place.text,
        **pick(one, "people", "held"),
        "pushes_stopped": one.braked,
        "quota": pick(one.quota, "left", "at"),
        "plan": plan,
    }


def _lines(journey: JourneyStatus, zone: ZoneInfo, plans: Mapping[str, PricePlan]) -> Iterator[Translatable]:
    flow = journey.flow
    yield tr("{name}  {title}", name=flow.name, title=flow.title)
    for one in journey.channels:
        yield from _channel_lines(one, zone)
        if (price := push_price(plans.get(one.channel))) is not None:
            yield tr("    {price}", price=price)
    if (pushes := push_words(journey.lately)) is not None:
        yield tr("  last {days} days: {pushes}", days=LATELY, pushes=pushes)
    if (most := flow.max_total) is not None:
        number, cap = f"{journey.pushes:,}", f"{most:,}"
        if journey.pushes >= most:
            yield tr("  {number} of {cap} pushes, its cap: nobody is pushed to", number=number, cap=cap)
        else:
            yield tr("  {number} of {cap} pushes", number=number, cap=cap)


def _channel_lines(one: JourneyOnChannel, zone: ZoneInfo) -> Iterator[Translatable]:
    here = tr("{number} people", number=f"{one.people:,}") if one.people != 1 else tr("1 person")
    people = with_waiting(here, one.held)
    yield tr("  {channel}: {state}; {people}", channel=one.channel, state=_state(one.stands), people=people)
    if one.braked:
        yield tr("    its pushes are stopped:  oaflow stop status  says by whom")
    if one.stands.state == "live" and one.quota is not None and one.quota.left == 0:
        at = f"{one.quota.at.astimezone(zone):%Y-%m-%d %H:%M}"
        yield tr("    the month's messages are used up (asked {at}): who is to be pushed to waits", at=at)


def _state(stands: JourneyState) -> Translatable:
    state = STATES[stands.state]
    if not stands.why:
        return state
    why = _WHY.get(stands.why) or stands.why
    if stands.place is None:
        return tr("{state}, {why}", state=state, why=why)
    place = f"{stands.place.file}:{stands.place.line}"
    return tr("{state}, {why} ({place})", state=state, why=why, place=place)
