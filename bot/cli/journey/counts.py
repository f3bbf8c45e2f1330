"""`oaflow journey counts|report`: what was counted of a flow, and what a journey with a goal has brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from bot.cli.order import CommandOrder, carried_out
from bot.cli.push_gate_words import with_waiting
from bot.cli.report_output import ReportForms, show_report
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
from bot.model.translatable import Language, Translatable, tr
from bot.operations.flow_ends import Ended, ends
from bot.operations.journey_reports.report import journey_report
from bot.operations.journey_reports.report_files import COLUMNS as REPORT_COLUMNS
from bot.operations.journey_reports.report_files import report_payload, report_rows, report_svg
from bot.operations.journey_reports.words import push_words, report_lines
from bot.operations.journeys import FlowCounts, flow_counts
from bot.operations.resolve_name import flow_of
from bot.playbook.report import cells

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
"""What stands in the table, by day."""


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
    yield from map(words.text, _here(found.here))


def _of_day(counts: Sequence[Count]) -> Counter[str]:
    """But for who came to an end, which is told apart."""
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


def _here(here: Iterable[StateCount]) -> Iterator[Translatable]:
    people, held = Counter[str](), dict[str, Counter[str]]()
    for one in here:
        people[one.state] += one.number
        if one.held is not None:
            held.setdefault(one.state, Counter())[one.held] += one.number
    yield tr("now in it: {number}", number=f"{people.total():,}")
    for state, number in people.items():
        there = tr("  {state}: {number}", state=state, number=f"{number:,}")
        yield with_waiting(there, held.get(state, Counter[str]()))
