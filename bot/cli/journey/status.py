"""`oaflow journey status`: how each journey stands, why, and who is in it (requirement H6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.playbook_folder import folder_and_name
from bot.cli.push_gate_words import with_waiting
from bot.engine.flows.starting import FlowStanding, JourneyState, journeys
from bot.model.channel import PricePlan
from bot.model.translatable import Language, Translatable, tr
from bot.operations.journey_reports.words import push_words
from bot.operations.journeys import LATELY, JourneyOnChannel, JourneyStatus, status_of
from bot.operations.resolve_name import flow_of
from bot.playbook.in_money import push_price
from bot.playbook.valid import ValidPlaybook

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


def status(wanted: Arguments, words: Language) -> int:
    """Print how a flow stands, or every journey; the exit code."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        flows = list(journeys(playbook)) if name is None else [flow_of(playbook, name)]
        found = await status_of(await whose_people(opened, words), playbook, flows)
        plans = {name: one.plan for name, one in served.settings.channels.items() if one.plan is not None}
        said = [line for one in found for line in _lines(one, playbook.zone, plans)]
        lines = [words.text(line) for line in said or [tr("the playbook has no journey")]]
        show_answer([_told(one, plans) for one in found], lines, for_programs=wanted.json)

    return on_database(folder, work)


# -- for programs


def _told(journey: JourneyStatus, plans: Mapping[str, PricePlan]) -> dict[str, object]:
    flow = journey.flow
    return {
        "flow": flow.name,
        "title": flow.title,
        "pushes": None if flow.max_total is None else journey.pushes,
        "max_pushes": flow.max_total,
        f"last_{LATELY}_days": asdict(journey.lately),
        "channels": [_channel_told(one, plans.get(one.channel)) for one in journey.channels],
    }


def _channel_told(one: JourneyOnChannel, plan: PricePlan | None) -> dict[str, object]:
    quota, place = one.quota, one.stands.place
    return {
        "channel": one.channel,
        "state": one.stands.state,
        "why": one.stands.why or None,
        "place": None if place is None else place.text,
        "people": one.people,
        "held": dict(one.held),
        "pushes_stopped": one.braked,
        "quota": None if quota is None else {"left": quota.left, "at": quota.at},
        "plan": None if plan is None else asdict(plan),
    }


# -- for people; moments by the clock of the team


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
