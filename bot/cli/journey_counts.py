"""`oaflow journey counts`: what was counted of a flow, day by day, and who is in it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.flow_counts import FlowCounts, flow_counts
from bot.cli.graph import NoSuchFlow, flow_of
from bot.cli.on_database import on_database
from bot.engine.playbook import Playbook
from bot.model.count import Count, Here
from bot.model.mark import ENTERED, FAILED, FINISHED, HELD, LEFT, PASSED, PUSHED, SENT, SKIPPED
from bot.model.settings import Settings

COLUMNS = (ENTERED, FINISHED, LEFT, PUSHED, SENT, FAILED, SKIPPED, HELD)
"""What stands in the table, by day."""


async def journey_counts(folder: Path, name: str | None, days: int, *, for_programs: bool) -> int:
    """Print what was counted of a flow in the last days, today among them; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        flow = flow_of(playbook, name)
        found = await flow_counts(opened, playbook, flow.name, days)
        show_answer(told(flow.name, found), lines(found), for_programs=for_programs)

    return await on_database(folder, work, NoSuchFlow)


def told(flow: str, found: FlowCounts) -> Mapping[str, object]:
    """All of it, for programs: a record for each thing that was counted."""
    return {
        "flow": flow,
        "since": found.since,
        "here": [one._asdict() for one in found.here],
        "counts": [_record(count) for count in found.counts],
    }


def _record(count: Count) -> Mapping[str, object]:
    mark = count.mark
    record: dict[str, object] = {"day": count.day, "channel": mark.channel, "what": mark.what}
    match mark.what, mark.about:
        case what, (state, rule, to) if what == PASSED:
            record |= {"state": state, "rule": rule, "to": to or None}
        case _, (state, why):
            record |= {"state": state, "why": why}
        case _, (state,):
            record |= {"state": state}
        case _:
            pass  # who entered a flow has come from nowhere
    return {**record, "number": count.number}


def lines(found: FlowCounts) -> Iterator[str]:
    """For people: a line for each day on which anything happened, their sum, and who is where."""
    days: dict[str, Counter[str]] = {}
    for count in found.counts:
        days.setdefault(count.day, Counter())[count.mark.what] += count.number
    if days:
        total = sum(days.values(), Counter[str]())
        yield from _table([*sorted(days.items()), ("in all", total)])
    else:
        yield f"nothing was counted since {found.since}"
    yield ""
    yield from _here(found.here)


def _table(rows: Sequence[tuple[str, Counter[str]]]) -> Iterator[str]:
    yield f"{'day':<10}" + "".join(f"{what:>10}" for what in COLUMNS)
    for day, numbers in rows:
        yield f"{day:<10}" + "".join(f"{numbers[what]:>10,}" for what in COLUMNS)


def _here(here: Iterable[Here]) -> Iterator[str]:
    people, held = Counter[str](), dict[str, Counter[str]]()
    for one in here:
        people[one.state] += one.number
        if one.held is not None:
            held.setdefault(one.state, Counter())[one.held] += one.number
    yield f"now in it: {people.total():,}"
    for state, number in people.items():
        waiting = ", ".join(f"{n:,} held: {why}" for why, n in held.get(state, Counter[str]()).items())
        yield f"  {state}: {number:,}" + (f" ({waiting})" if waiting else "")
