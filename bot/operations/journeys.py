"""Journeys: their states, who is in them, what was counted of a flow, and at which ends it has ended.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.machine import TOO_MANY
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter
from bot.engine.times.local_time import today
from bot.model.counts import FINISHED, MISSED, PASSED, Count, StateCount
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores

LATELY = 30
"""Days, today among them."""


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """What was counted from a day of the team on, and who is in the flow now."""

    since: str
    counts: Sequence[Count]
    here: Sequence[StateCount]


async def flow_counts(
    people: Stores, playbook: Playbook, flow: str, days: int, now: datetime | None = None
) -> FlowCounts:
    """The counts of the last days, today among them. What waits to be counted is counted first.

    `now`: what time it is, where it is known better than processes tell it.
    """
    counts = people.counts
    await counts.fold_all()
    now = now or await now_among(people)
    since = (today(now, playbook.zone) - timedelta(days=days - 1)).isoformat()
    return FlowCounts(since, await counts.since(since, flow), await counts.people_in(flow))


Way: TypeAlias = tuple[str, str, str]
"""A state, the key of a rule in it, and where that leads: as `passed` is counted."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How many have ended at one of the ends, on a day.

    `gave_up` of them were asked and gave no answer; of `missed` others a push was skipped on the way.
    """

    day: str
    end: str
    number: int
    gave_up: int
    missed: int = 0


def ends(playbook: Playbook, flow: Flow, counts: Sequence[Count]) -> list[Ended]:
    """The ends that were counted, by day and end.

    Given up has who came to an end straight from a question, by its time-out (`give_up_after`) or by
    `too_many`. An end to which nothing else leads counts as a whole, also for runs from before an edit.
    """
    ways = dict(_ways(playbook, flow.name))
    others = {end for (_, _, end), silent in ways.items() if not silent}
    mixed = {way for way, silent in ways.items() if silent and way[2] in others}
    only = {end for (_, _, end), silent in ways.items() if silent} - others
    number, gave_up, missed = (Counter[tuple[str, str]]() for _ in range(3))
    for count in counts:
        about = count.mark.about
        if count.mark.what == FINISHED:
            number[count.day, about[0]] += count.number
            gave_up[count.day, about[0]] += count.number if about[0] in only else 0
        elif count.mark.what == PASSED and about in mixed:
            gave_up[count.day, about[2]] += count.number
        elif count.mark.what == MISSED:
            missed[count.day, about[0]] += count.number
    found = []
    for at, many in sorted(number.items()):
        silent = min(many, gave_up[at])
        found.append(Ended(*at, many, silent, min(many - silent, missed[at])))
    return found


def _ways(playbook: Playbook, name: str) -> Iterator[tuple[Way, bool]]:
    """The ways that lead to ends, on all channels, and whether it is one of those who give no answer."""
    for flow in _variants(playbook, name):
        ends = {state.name for state in flow.states.values() if state.end}
        for state in flow.states.values():
            yield from ((way, silent) for way, silent in _leaving(flow, state) if way[2] in ends)


def _variants(playbook: Playbook, name: str) -> Iterable[Flow]:
    yield playbook.flows[name]
    yield from (flow for (_, flow_name), flow in playbook.variants.items() if flow_name == name)


def _leaving(flow: Flow, state: State) -> Iterator[tuple[Way, bool]]:
    for rule in (*state.rules, *state.branch, *flow.rules):
        if rule.to is not None:
            is_time_out = any(isinstance(trigger, OnAfter) for trigger in rule.when)
            yield (state.name, rule.key, rule.to), state.question is not None and is_time_out
    if state.question is not None and state.question.too_many is not None:
        yield (state.name, TOO_MANY, state.question.too_many), True
