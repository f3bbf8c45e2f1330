"""What was counted of a flow, day by day, and who is in it: the answer of `flows.counts` (H7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Clock, Column, Help, Sentence, Table, TextTable
from bot.model.counts import ENTERED, FAILED, HELD, LEFT, PASSED, SENT, SKIPPED, Count, push_figures
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.catalog.answers import table_of
from bot.operations.journey_reports.words import push_words
from bot.operations.journeys import Ended, FlowCounts, ends
from bot.operations.push_gate_words import with_waiting


@dataclass(frozen=True, slots=True)
class FlowDay:
    """What was counted on a day of the team, on all channels."""

    day: Annotated[str, Column(tr("day"))]
    entered: Annotated[int, Column(tr("entered"))]
    finished: Annotated[int, Column(tr("finished")), Help("Without those of the next two.")]
    missed: Annotated[int, Column(tr("missed")), Help("They came to an end, and were not sent everything.")]
    gave_up: Annotated[int, Column(tr("gave up")), Help("They came to an end, and gave no answer.")]
    left: Annotated[int, Column(tr("left"))]
    due: Annotated[int, Column(tr("due")), Help("Pushes whose moment had come.")]
    sent: Annotated[int, Column(tr("sent"))]
    failed: Annotated[int, Column(tr("failed"))]
    skipped: Annotated[int, Column(tr("skipped"))]
    held: Annotated[int, Column(tr("held"))]


@dataclass(frozen=True, slots=True)
class FlowCount:
    """A thing that was counted on a day; who entered has come from nowhere."""

    day: str
    channel: str
    what: str
    number: int
    state: str | None = None
    rule: str | None = None
    to: Annotated[str | None, Help("`null`: it left the flow.")] = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class StatePeople:
    """How many people are in a step on a channel; `held`: by what, where they go no further."""

    channel: str
    state: str
    held: str | None
    number: int


@dataclass(frozen=True, slots=True)
class FlowHistory:
    """What was counted from a day on, at which ends people have come, and who is in it now."""

    flow: str
    since: str
    days: Annotated[Sequence[FlowDay], Table(tr("nothing was counted in these days"))]
    counts: Sequence[FlowCount]
    ends: Sequence[Ended]
    here: Sequence[StatePeople]
    pushes: Annotated[Sentence | None, Help("What became of them.")]

    def lines(self, at: Clock) -> Iterator[TranslatableValue | TextTable]:
        """The days and their sum, what became of the pushes, the ends, and who is where."""
        if self.days:
            days = table_of(self.days)
            _, *numbers = zip(*days.rows, strict=True)
            sums = [sum(one) for one in numbers]
            yield TextTable(days.titles, [*days.rows, [tr("in all"), *sums]])
        else:
            yield tr("nothing was counted since {day}", day=self.since)
        yield ""
        if self.pushes is not None:
            yield self.pushes
        yield from _end_lines(self.ends)
        yield from _people_lines(self.here)


def history_of(playbook: Playbook, flow: Flow, found: FlowCounts) -> FlowHistory:
    """The answer of what was found."""
    ended = ends(playbook, flow, found.counts)
    pushes = push_words(push_figures(found.counts))
    counts, here = list(map(_count, found.counts)), [StatePeople(*one) for one in found.here]
    return FlowHistory(flow.name, found.since, list(_days(found.counts, ended)), counts, ended, here, pushes)


def _count(count: Count) -> FlowCount:
    of = (count.day, count.mark.channel, count.mark.what, count.number)
    match count.mark.what, count.mark.about:
        case what, (state, rule, to) if what == PASSED:
            return FlowCount(*of, state=state, rule=rule, to=to or None)
        case _, (state, why, *_):
            return FlowCount(*of, state=state, why=why)
        case _, (state,):
            return FlowCount(*of, state=state)
        case _:
            return FlowCount(*of)


def _days(counts: Sequence[Count], ended: Sequence[Ended]) -> Iterator[FlowDay]:
    """A day for each on which anything happened."""
    for day, some in groupby(counts, key=lambda count: count.day):
        of_day, over = list(some), [one for one in ended if one.day == day]
        number = Counter[str]()
        for count in of_day:
            number[count.mark.what] += count.number
        gave_up, missed = sum(one.gave_up for one in over), sum(one.missed for one in over)
        yield FlowDay(
            day,
            entered=number[ENTERED],
            finished=sum(one.number for one in over) - gave_up - missed,
            missed=missed,
            gave_up=gave_up,
            left=number[LEFT],
            due=push_figures(of_day).due,
            sent=number[SENT],
            failed=number[FAILED],
            skipped=number[SKIPPED],
            held=number[HELD],
        )


def _end_lines(ended: Iterable[Ended]) -> Iterator[Translatable]:
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


def _people_lines(here: Iterable[StatePeople]) -> Iterator[Translatable]:
    people, held = Counter[str](), dict[str, Counter[str]]()
    for one in here:
        people[one.state] += one.number
        if one.held is not None:
            held.setdefault(one.state, Counter())[one.held] += one.number
    nothing: Mapping[str, int] = {}
    yield tr("now in it: {number}", number=f"{people.total():,}")
    for state, number in people.items():
        there = tr("  {state}: {number}", state=state, number=f"{number:,}")
        yield with_waiting(there, held.get(state, nothing))
