"""States that somebody may rest in for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.moves import Move, has_timer, moves, reached
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def waits_without_timeout(survey: Survey) -> Iterator[Problem]:
    """`wait-without-timeout`, `question-without-timeout`: time alone never leads out of the state."""
    endless = _endless(survey)
    for flow in survey.flows:
        for state in _open_ended(flow):
            if state.run is None or state.run in endless:
                yield _for_ever(flow, state)


def way_for_giving_up(flow: Flow, state: str) -> Said | None:
    """How to lead to this state, where it stands for giving up and somebody may rest in the flow for ever."""
    return _given_up_to(state) if _open_ended(flow) and _end_of_giving_up(flow) == state else None


def _open_ended(flow: Flow) -> list[State]:
    """The states that rest and have no timer; what they run may end all the same."""
    if flow.active_until is not None and flow.active_then == "stopped":
        return []  # all leave then
    return [state for state in flow.states.values() if state.rests and not has_timer(flow, state)]


def _endless(survey: Survey) -> set[str]:
    """The flows that time alone does not bring to an end: of themselves, or because of one that they run."""
    waiting, parents = [], dict[str, list[str]]()
    for flow in survey.flows:
        for state in _open_ended(flow):
            if state.run is None:
                waiting.append(flow.name)
            else:
                parents.setdefault(state.run, []).append(flow.name)
    return reached(waiting, parents)


def _giving_up(flow: Flow) -> Said:
    """To an end that stands for giving up; where the flow has none, one has to be made."""
    end = _end_of_giving_up(flow)
    if end is not None:
        return _given_up_to(end)
    return say(
        "add  give_up_after: {30m: gave_up}  and, for those who went away, the state  gave_up: {end: true}"
    )


def _given_up_to(end: str) -> Said:
    return say("add  give_up_after: {30m: {end}}", end=end)


def _end_of_giving_up(flow: Flow) -> str | None:
    """The end where the flow leads those who do not answer in time; else a silent one for those who answer
    wrongly too often; else a silent one that nothing leads to yet. Never the one that an answer leads to."""
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
    """The states that any good answer leads to, at once."""
    always = {
        state.name: [str(item.to) for item in state.branch if item.condition is None]
        for state in flow.states.values()
    }
    asking = [state.name for state in flow.states.values() if state.question is not None]
    passing = {name: to for name, to in always.items() if not flow.states[name].rests}
    return reached([to for name in asking for to in always[name]], passing)


def _is_of_no_answer(move: Move) -> bool:
    """Whether it is made when no answer comes in time, from a person or from the world; a plain `wait` may
    as well be the way of those who go through to the end."""
    source, rule = move.source, move.rule
    asks = source.question is not None or source.run is not None or source.waits_for_world
    return asks and rule is not None and any(isinstance(trigger, OnAfter) for trigger in rule.when)


def _for_ever(flow: Flow, state: State) -> Problem:
    hint = _giving_up(flow)
    if state.question is not None:
        message = say("the question of {state} stays open for ever", state=shown(state.name))
        return mistake(state.question.place, "question-without-timeout", message, hint=hint, level="warning")
    message = say("people may rest in the state {state} for ever", state=shown(state.name))
    return mistake(state.place, "wait-without-timeout", message, hint=hint, level="warning")
