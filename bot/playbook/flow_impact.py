"""Warns, before an edit is published, of what it would do to people in flows, and to stopped flows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import is_of_form
from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.versions import EXIT, moved_to
from bot.model.flow_occupancy import Standing
from bot.model.problem import Problem
from bot.model.translatable import Translatable, plural, row, tr
from bot.playbook.codes import mistake
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder_names import section_place
from bot.playbook.syntax.source import underlined

_NUMBER = re.compile(r"[0-9０-９一二三四五六七八九十]")
"""A digit, also full-width or Chinese."""


def stranded(playbook: Playbook, people: Sequence[Standing], sources: Mapping[str, str]) -> list[Problem]:
    """What publishing would do to people in flows: errors where they would be lost. `people` are the counts
    by flow and state."""
    problems = [*_in_removed_flows(playbook, people), *_in_removed_states(playbook, people)]
    problems += _in_changed_timers(playbook, people)
    return list(underlined(problems, sources))


def let_go(playbook: Playbook, stopped: Iterable[str]) -> list[Problem]:
    """`stopped-flow-gone`: flows that staff have stopped, and that this playbook does not have."""
    known = {*playbook.flows, *playbook.form_flows}
    return [_let_go(name, nearest(name, playbook.flows)) for name in sorted({*stopped} - known)]


def _let_go(name: str, new: str | None) -> Problem:
    message = tr("pushes of the flow {flow} are stopped, and it is gone: nobody is held", flow=quoted(name))
    if new is None:
        hint = tr(
            "if it has a new name, stop that one first:  oaflow stop pushes --flow NAME;  then"
            "  oaflow stop resume --flow {old}",
            old=name,
        )
    else:
        hint = tr(
            "if it is {new} now, stop that one first:  oaflow stop pushes --flow {new};  then"
            "  oaflow stop resume --flow {old}",
            new=new,
            old=name,
        )
    return mistake(section_place("flows"), "stopped-flow-gone", message, hint=hint, level="warning")


def _in_removed_flows(playbook: Playbook, people: Iterable[Standing]) -> Iterator[Problem]:
    """`people-in-removed-flow`: people are in a flow that is gone; it has to be stopped first."""
    gone: Counter[str] = Counter()
    for one in people:
        if one.flow not in playbook.flows and not is_of_form(one.flow):
            gone[one.flow] += one.number
    for flow, number in sorted(gone.items()):
        message = tr("{people} in the flow {flow}, which is gone", people=_are(number), flow=quoted(flow))
        hint = tr("put it back with  status: stopped  until nobody is in it any more")
        yield mistake(section_place("flows"), "people-in-removed-flow", message, hint=hint)


def _in_removed_states(playbook: Playbook, people: Iterable[Standing]) -> Iterator[Problem]:
    """`people-in-removed-state`: people are in a state that is gone, and `moved` does not say where they
    go."""
    gone: Counter[tuple[str, str]] = Counter()
    here: defaultdict[str, set[str]] = defaultdict(set)
    for one in people:
        here[one.flow].add(one.state)
        flow = playbook.flow(one.flow, one.channel)
        if flow is not None and flow.status != "stopped" and moved_to(flow, one.state) is None:
            gone[one.flow, one.state] += one.number
    for (name, state), number in sorted(gone.items()):
        flow = playbook.flows[name]
        message = tr(
            "{people} in the state {state} of {flow}, which is gone",
            people=_are(number),
            state=quoted(state),
            flow=quoted(name),
        )
        alone = sum(flow_ == name for flow_, _ in gone) == 1
        hint = _where_to(flow, state, here[name], alone=alone)
        yield mistake(flow.place, "people-in-removed-state", message, hint=hint)


def _where_to(flow: Flow, gone: str, here: Collection[str], *, alone: bool) -> Translatable:
    """Advice where the people of a removed state go: to a state that is probably its new name.

    That is no state with people in it (`here`), and none that differs only in a number: 第一天 is not the new
    name of 第二天. `alone`: no other state of the flow is gone.
    """
    resting = [state.name for state in flow.states.values() if state.rests]
    new = [name for name in resting if name not in here and _unnumbered(name) != _unnumbered(gone)]
    target = nearest(gone, new) or (new[0] if alone and len(new) == 1 else None)
    if target is not None:
        return tr("say where they go:  moved: {{state}: {target}}", state=gone, target=target)
    into = row([*resting, EXIT], "or")
    return tr("say where they go, into {into}:  moved: {{state}: …}", state=gone, into=into)


def _unnumbered(name: str) -> str:
    """A name without its digits."""
    return _NUMBER.sub("", name)


def _in_changed_timers(playbook: Playbook, people: Iterable[Standing]) -> Iterator[Problem]:
    """`people-in-changed-timer`: their timers are armed anew, counted from their entry, and may be due
    soon."""
    changed: Counter[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = Counter()
    for one in people:
        flow = playbook.flow(one.flow, one.channel)
        if flow is None or flow.status == "stopped" or one.state not in flow.states or not one.timers_run:
            continue
        waits = frozenset(wait.text for wait in flow.waits[one.state])
        gone, new = one.armed - waits, waits - one.armed - one.fired
        if gone or new:
            changed[one.flow, one.channel, one.state, tuple(sorted(gone)), tuple(sorted(new))] += one.number
    for (name, channel, state, gone_, new_), number in sorted(changed.items()):
        message = tr(
            "{people} in the state {state} of {flow}, whose times have changed: {change}",
            people=_are(number),
            state=quoted(state),
            flow=quoted(name),
            change=_change(gone_, new_),
        )
        flow = playbook.flow(name, channel)
        assert flow is not None  # it was looked up before
        place = flow.states[state].place
        yield mistake(place, "people-in-changed-timer", message, hint=_from_now(new_), level="warning")


def _change(gone: Sequence[str], new: Sequence[str]) -> Translatable:
    if not gone:
        return tr("{new} is new", new=row(new))
    if not new:
        return tr("{gone} is gone", gone=row(gone))
    return tr("{new} instead of {gone}", new=row(new), gone=row(gone))


def _from_now(new: Sequence[str]) -> Translatable:
    if not new:
        return tr("see that another time or rule still leads them on")
    return tr(
        "theirs count from when they came, and are due in a minute at the earliest; to spare them, "
        "leave this state as it was and lead newcomers to another"
    )


def _are(number: int) -> Translatable:
    return plural("1 person is", "{number} people are", number)
