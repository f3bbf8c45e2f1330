"""`oaflow journey status|counts|report`: how journeys stand, what was counted of them, what they brought."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_days, add_json, describe
from bot.cli.by_staff import add_flow_limits
from bot.cli.order import CommandOrder, carried_out
from bot.cli.push_gate_words import with_waiting
from bot.cli.report_output import ReportForms, add_forms, show_report
from bot.engine.flows.starting import FlowStanding, JourneyState, journeys
from bot.model.channel import PricePlan
from bot.model.counts import (
    ENTERED,
    FAILED,
    FINISHED,
    HELD,
    LEFT,
    MISSED,
    PASSED,
    SENT,
    SKIPPED,
    Count,
    StateCount,
    push_figures,
)
from bot.model.translatable import Language, Translatable, plural, tr
from bot.operations.journey_reports.report import journey_report
from bot.operations.journey_reports.report_files import COLUMNS as REPORT_COLUMNS
from bot.operations.journey_reports.report_files import report_payload, report_rows, report_svg
from bot.operations.journey_reports.words import push_words, report_lines
from bot.operations.journeys import (
    LATELY,
    Ended,
    FlowCounts,
    JourneyOnChannel,
    JourneyStatus,
    ends,
    flow_counts,
    status_of,
)
from bot.operations.payload import pick
from bot.operations.resolve_name import flow_of
from bot.playbook.in_money import push_price
from bot.playbook.report import cells

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
    """Print the status of a flow, or of every journey."""
    playbook, name = order.playbook, order.name
    flows = list(journeys(playbook)) if name is None else [flow_of(playbook, name)]
    found = await status_of(await order.people(), playbook, flows)
    channels = order.served.settings.channels
    plans = {name: one.plan for name, one in channels.items() if one.plan is not None}
    lines = [line for one in found for line in _journey_lines(one, order.zone, plans)]
    order.show([_journey(one, plans) for one in found], *(lines or [tr("the playbook has no journey")]))


def _journey(journey: JourneyStatus, plans: Mapping[str, PricePlan]) -> dict[str, object]:
    flow = journey.flow
    return {
        "flow": flow.name,
        "title": flow.title,
        "pushes": None if flow.max_total is None else journey.pushes,
        "max_pushes": flow.max_total,
        f"last_{LATELY}_days": journey.lately,
        "channels": [_channel(one, plans.get(one.channel)) for one in journey.channels],
    }


def _channel(one: JourneyOnChannel, plan: PricePlan | None) -> dict[str, object]:
    place = one.state.place
    return {
        "channel": one.channel,
        "state": one.state.state,
        "why": one.state.why or None,
        "place": None if place is None else place.text,
        **pick(one, "people", "held"),
        "pushes_stopped": one.braked,
        "quota": pick(one.quota, "left", "at"),
        "plan": plan,
    }


def _journey_lines(
    journey: JourneyStatus, zone: ZoneInfo, plans: Mapping[str, PricePlan]
) -> Iterator[Translatable]:
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
    here = plural("1 person", "{number} people", one.people)
    people = with_waiting(here, one.held)
    yield tr("  {channel}: {state}; {people}", channel=one.channel, state=_state(one.state), people=people)
    if one.braked:
        yield tr("    its pushes are stopped:  oaflow stop status  says by whom")
    if one.state.state == "live" and one.quota is not None and one.quota.left == 0:
        at = f"{one.quota.at.astimezone(zone):%Y-%m-%d %H:%M}"
        yield tr("    the month's messages are used up (asked {at}): who is to be pushed to waits", at=at)


def _state(journey: JourneyState) -> Translatable:
    state = STATES[journey.state]
    if not journey.why:
        return state
    why = _WHY.get(journey.why) or journey.why
    if journey.place is None:
        return tr("{state}, {why}", state=state, why=why)
    place = f"{journey.place.file}:{journey.place.line}"
    return tr("{state}, {why} ({place})", state=state, why=why, place=place)


GAVE_UP, DUE = "gave up", "due"
"""Of those who came to an end: who was asked, and gave no answer. Pushes whose moment had come."""
COLUMNS = {
    ENTERED: tr("entered"),
    FINISHED: tr("finished"),
    MISSED: tr("missed"),
    GAVE_UP: tr("gave up"),
    LEFT: tr("left"),
    DUE: tr("due"),
    SENT: tr("sent"),
    FAILED: tr("failed"),
    SKIPPED: tr("skipped"),
    HELD: tr("held"),
}
"""The columns of the table, by day."""


@carried_out()
async def counts(order: CommandOrder) -> None:
    """Print what was counted of a flow in the last days, today among them."""
    flow = flow_of(order.playbook, order.name)
    found = await flow_counts(await order.people(), order.playbook, flow.name, order.options.days)
    ended = ends(order.playbook, flow, found.counts)
    payload = {
        "flow": flow.name,
        "since": found.since,
        "here": found.here,
        "counts": [_record(count) for count in found.counts],
        "ends": ended,
    }
    order.show_all(payload, lines(found, ended, order.speech))


@carried_out()
async def report(order: CommandOrder) -> None:
    """Print what a journey has brought in lines, as CSV or JSON, or draw it."""
    flow, options, zone = flow_of(order.playbook, order.name), order.options, order.zone
    found = await journey_report(await order.people(), order.playbook, flow, options.days, options.split)
    lines = [
        *report_lines(found, zone),
        *([tr("groups of another split:  --split NAME")] if found.others else []),
    ]
    picture = partial(report_svg, found, order.speech, zone)
    show_report(ReportForms(lines, report_payload(found), REPORT_COLUMNS, report_rows(found), picture), order)


def _record(count: Count) -> dict[str, object]:
    """A thing that was counted, for programs."""
    mark = count.mark
    record: dict[str, object] = {"day": count.day, "channel": mark.channel, "what": mark.what}
    match mark.what, mark.about:
        case what, (state, rule, to) if what == PASSED:
            record |= {"state": state, "rule": rule, "to": to or None}
        case _, (state, why, *_):
            record |= {"state": state, "why": why}
        case _, (state,):
            record |= {"state": state}
        case _:
            pass  # who entered a flow has come from nowhere
    return {**record, "number": count.number}


def lines(found: FlowCounts, ended: Sequence[Ended], words: Language) -> Iterator[str]:
    """For people: a line for each day on which anything happened, their sum, the ends, and who is where."""
    days: dict[str, Counter[str]] = {}
    for day, some in groupby(found.counts, key=lambda count: count.day):
        days[day] = _of_day(list(some))
    for one in ended:
        days[one.day] += Counter({FINISHED: one.number - one.gave_up - one.missed})
        days[one.day] += Counter({GAVE_UP: one.gave_up, MISSED: one.missed})
    if days:
        total = sum(days.values(), Counter[str]())
        yield from _table([*sorted(days.items()), (words.text(tr("in all")), total)], words)
    else:
        yield words.text(tr("nothing was counted since {day}", day=found.since))
    yield ""
    if (pushes := push_words(push_figures(found.counts))) is not None:
        yield words.text(pushes)
    yield from map(words.text, _ends(ended))
    yield from map(words.text, _count_lines(found.here))


def _of_day(counts: Sequence[Count]) -> Counter[str]:
    """Without those who came to an end, who have figures of their own."""
    numbers = Counter[str]()
    for count in counts:
        if count.mark.what not in (FINISHED, MISSED):
            numbers[count.mark.what] += count.number
    numbers[DUE] = push_figures(counts).due
    return numbers


def _ends(ended: Iterable[Ended]) -> Iterator[Translatable]:
    number, gave_up, missed = Counter[str](), Counter[str](), Counter[str]()
    for one in ended:
        number[one.end] += one.number
        gave_up[one.end] += one.gave_up
        missed[one.end] += one.missed
    if number:
        yield tr("ended: {number}", number=f"{number.total():,}")
    for end, many in number.items():
        there = tr("  {state}: {number}", state=end, number=f"{many:,}")
        if gave_up[end]:
            there = tr("{there} ({number} gave no answer)", there=there, number=f"{gave_up[end]:,}")
        if missed[end]:
            there = tr("{there} ({number} were not sent everything)", there=there, number=f"{missed[end]:,}")
        yield there


def _table(rows: Sequence[tuple[str, Counter[str]]], words: Language) -> Iterator[str]:
    names = [words.text(COLUMNS[what]) for what in COLUMNS]
    yield _wide(words.text(tr("day")), 10) + "".join(" " * (10 - cells(name)) + name for name in names)
    for day, numbers in rows:
        yield _wide(day, 10) + "".join(f"{numbers[what]:>10,}" for what in COLUMNS)


def _wide(text: str, width: int) -> str:
    """Filled up on a terminal, where a Chinese character is as wide as two others."""
    return text + " " * (width - cells(text))


def _count_lines(here: Iterable[StateCount]) -> Iterator[Translatable]:
    people, held = Counter[str](), dict[str, Counter[str]]()
    for one in here:
        people[one.state] += one.number
        if one.held is not None:
            held.setdefault(one.state, Counter())[one.held] += one.number
    yield tr("now in it: {number}", number=f"{people.total():,}")
    for state, number in people.items():
        there = tr("  {state}: {number}", state=state, number=f"{number:,}")
        yield with_waiting(there, held.get(state, Counter[str]()))


_FLOW = "name of a flow; before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Journeys in the playbook's database, also while the bot runs."
    describe(command, says, example="oaflow journey status my-shop")
    actions = actions_of(command)
    what = "live, closed, paused or stopped, why, and how many people are in it"
    _add(actions, "status", what, status, "[FLOW]")
    counted = _add(actions, "counts", "what was counted, day by day", counts, "FLOW")
    add_days(counted)
    brought = "who reached its goal in time: rates, differences, a picture"
    tells = _add(actions, "report", brought, report, "FLOW")
    add_days(tells, "who began in the last N days, with today (as far back as is kept)", default=None)
    tells.add_argument("--split", metavar="NAME", help="which split is compared (the first that it asks for)")
    add_forms(tells)
    add_flow_limits(actions)


def _add(actions: Actions, name: str, does: str, run: Run, words: str) -> ArgumentParser:
    example = f"oaflow journey {name} my-shop welcome_series"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument("words", nargs="*", metavar=words, help=_FLOW)
    add_json(action)
    return action
