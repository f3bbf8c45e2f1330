"""Checks that contacts get through each flow: every state is reached, an end is reached from every state,
time leads out of every wait, and no cycle runs for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.flow_arrows import Move, cycles, has_timer, leaves, moves, reached, targets
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted


def waits_without_timeout(survey: Survey) -> Iterator[Problem]:
    """`wait-without-timeout`, `question-without-timeout`: a state that time alone never leaves."""
    endless = _endless(survey)
    for flow in survey.flows:
        waiting = [one for one in _open_ended(flow) if one.run is None or one.run in endless]
        hint = _giving_up(flow) if waiting else None
        yield from (_for_ever(state, hint) for state in waiting)


def _open_ended(flow: Flow) -> list[State]:
    """The states that rest and have no timer. One that runs another flow is left when that flow ends."""
    if flow.active_until is not None and flow.active_then == "stopped":
        return []  # all contacts leave the flow then
    return [state for state in flow.states.values() if state.rests and not has_timer(flow, state)]


def _endless(survey: Survey) -> set[str]:
    """The names of flows that do not end by time alone: because of a state of theirs, or of a flow that they
    run."""
    waiting, parents = [], dict[str, list[str]]()
    for flow in survey.flows:
        for state in _open_ended(flow):
            if state.run is None:
                waiting.append(flow.name)
            else:
                parents.setdefault(state.run, []).append(flow.name)
    return reached(waiting, parents)


def _giving_up(flow: Flow) -> Translatable:
    """Advice to add a timer to the end for contacts who do not answer; where the flow has none, to add
    one."""
    end = _end_of_giving_up(flow)
    if end is not None:
        return _given_up_to(end)
    return tr(
        "add  give_up_after: {30m: gave_up}  and, for those who went away, the state  gave_up: {end: true}"
    )


def _given_up_to(end: str) -> Translatable:
    return tr("add  give_up_after: {30m: {end}}", end=end)


def _end_of_giving_up(flow: Flow) -> str | None:
    """The end state for contacts who give up, which no answer leads to: one that a timer leads to; else a
    silent one for too many wrong answers; else a silent one that nothing leads to yet."""
    answered = _answered(flow)
    ends = [state for state in flow.states.values() if state.end and state.name not in answered]
    silent = [state for state in ends if not state.do]
    all_moves = list(moves(flow))
    timed = {move.target for move in all_moves if _is_of_no_answer(move)}
    too_many = {move.target for move in all_moves if move.rule is None}
    led_to = {move.target for move in all_moves}
    return next(
        chain(
            (end.name for end in ends if end.name in timed),
            (end.name for end in silent if end.name in too_many),
            (end.name for end in silent if end.name not in led_to and end is not flow.first),
        ),
        None,
    )


def _answered(flow: Flow) -> set[str]:
    """The states that any valid answer leads to, without a further wait."""
    always = {
        state.name: [str(item.to) for item in state.branch if item.condition is None]
        for state in flow.states.values()
    }
    asking = [state.name for state in flow.states.values() if state.question is not None]
    passing = {name: to for name, to in always.items() if not flow.states[name].rests}
    return reached([to for name in asking for to in always[name]], passing)


def _is_of_no_answer(move: Move) -> bool:
    """Whether a move is made when an answer, of a person or of another system, does not come in time. A plain
    `wait` does not count: it may be the way of those who go through to the end."""
    source, rule = move.source, move.rule
    asks = source.question is not None or source.run is not None or source.waits_for_world
    return asks and rule is not None and any(isinstance(trigger, OnAfter) for trigger in rule.when)


def _for_ever(state: State, hint: Translatable | None) -> Problem:
    if state.question is not None:
        message = tr("the question of {state} stays open for ever", state=quoted(state.name))
        return mistake(state.question.place, "question-without-timeout", message, hint=hint, level="warning")
    message = tr("people may rest in the state {state} for ever", state=quoted(state.name))
    return mistake(state.place, "wait-without-timeout", message, hint=hint, level="warning")


def unreachable_states(survey: Survey) -> Iterator[Problem]:
    """`unreachable-state`: no way leads there from the first state, with the settings of any channel."""
    for name, flow in survey.playbook.flows.items():
        alike = [flow, *(f for f in survey.flows if f.name == name and f is not flow)]
        there = set[str]()
        for one in alike:
            # contacts in removed states continue where `moved` says
            moved = [state for state in one.moved.values() if state in one.states]
            there |= reached([one.first.name, *moved], targets(one))
        lost = [state for state in flow.states.values() if state.name not in there]
        gives_up = _end_of_giving_up(flow) if lost and _open_ended(flow) else None
        for state in lost:
            message = tr("no way leads to the state {state}", state=quoted(state.name))
            onward = tr("write  next: {state}  in the state before it, or leave it out", state=state.name)
            hint = _given_up_to(state.name) if state.name == gives_up else onward
            yield mistake(state.place, "unreachable-state", message, hint=hint)


def ways_to_an_end(survey: Survey) -> Iterator[Problem]:
    """`no-way-to-end`: states from which no end can be reached; once for each group of such states."""
    for flow in survey.flows:
        onward = targets(flow)
        back: dict[str, list[str]] = {name: [] for name in onward}
        for name, following in onward.items():
            for target in following:
                back[target].append(name)
        good = reached([name for name in flow.states if _out(flow, name)], back)
        there = reached([flow.first.name], onward)
        reported = set[str]()
        for state in flow.states.values():
            if state.name in good or state.name in reported or state.name not in there:
                continue
            trap = reached([state.name], onward)
            reported |= trap
            message = tr("from the state {state} one can reach no end", state=quoted(state.name))
            if not any(s.end for s in flow.states.values()):
                message = tr(
                    "from the state {state} one can reach no end, and the flow has none",
                    state=quoted(state.name),
                )
            hint = tr("write  end: true  in the last state, and a way that leads to it")
            yield mistake(state.place, "no-way-to-end", message, hint=hint)


def _out(flow: Flow, name: str) -> bool:
    """Whether the flow can be left in this state: it is an end, or something in it says `exit`."""
    state = flow.states[name]
    rules = (*state.rules, *state.branch, *(flow.rules if state.rests else ()))
    return state.end or leaves(state.do, flow) or any(leaves(rule.do, flow) for rule in rules)


def transient_cycles(survey: Survey) -> Iterator[Problem]:
    """`transient-cycle`: a cycle of states that are all left at once, so it runs for ever.

    A wait for a date in the past is over at once: a cycle of waits for dates alone is reported, too.
    """
    for flow in survey.flows:
        onward = {
            state.name: [str(item.to) for item in state.branch]
            for state in flow.states.values()
            if not state.rests and not state.end
        }
        dated = {name: targets for name in flow.states if (targets := list(_after_dates(flow.states[name])))}
        for cycle in cycles(onward):
            message = tr("nobody rests on the way {way}: it would go round for ever", way=_way(cycle))
            yield _cycle_problem(flow, cycle, message)
        for cycle in cycles({**onward, **dated}):
            if not dated.keys().isdisjoint(cycle):
                message = tr("once its dates are past, nobody rests on the way {way}", way=_way(cycle))
                yield _cycle_problem(flow, cycle, message)


def _after_dates(state: State) -> Iterator[str]:
    """The targets of timers on dates, if no action of the state changes attributes."""
    if any(step.sets for step in state.do):
        return
    for rule in state.rules:
        waits = [trigger.wait for trigger in rule.when if isinstance(trigger, OnAfter)]
        if rule.to is not None and any(wait.moment is not None or wait.slot is not None for wait in waits):
            yield rule.to


def _way(cycle: Sequence[str]) -> str:
    return " → ".join([*cycle, cycle[0]])


def _cycle_problem(flow: Flow, cycle: Sequence[str], message: Translatable) -> Problem:
    hint = tr("let people wait in one of these states, by  wait: 1d  or by a question")
    return mistake(flow.states[cycle[0]].place, "transient-cycle", message, hint=hint)


def flows_that_run_themselves(survey: Survey) -> Iterator[Problem]:
    """`run-itself`: a flow runs itself by `run`, directly or through others."""
    runs: dict[str, list[str]] = {}
    for flow in survey.flows:
        children = [state.run for state in flow.states.values() if state.run is not None]
        runs.setdefault(flow.name, []).extend(children)
    for cycle in cycles(runs):
        flow, after = survey.playbook.flows[cycle[0]], (cycle * 2)[1]
        way = " → ".join([*cycle, cycle[0]])
        message = tr("the flow {flow} runs itself: {way}", flow=quoted(flow.name), way=way)
        hint = tr("leave one of these  run:  out; to begin a flow anew, go to its first state")
        at = next((state.place for state in flow.states.values() if state.run == after), flow.place)
        yield mistake(at, "run-itself", message, hint=hint)
