"""States that somebody may rest in for ever."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow, State
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.moves import has_timer, reached
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def waits_without_timeout(survey: Survey) -> Iterator[Problem]:
    """`wait-without-timeout`, `question-without-timeout`: time alone never leads out of the state."""
    endless = _endless(survey)
    for flow in survey.flows:
        for state in _open_ended(flow):
            if state.run is None or state.run in endless:
                yield _for_ever(flow, state)


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
    """Who went away is led to an end where nothing is said or done; it may have to be made."""
    quiet = next((s.name for s in flow.states.values() if s.end and not s.do), None)
    if quiet is not None:
        return say("add  give_up_after: {30m: {quiet}}", quiet=quiet)
    return say(
        "add  give_up_after: {30m: gave_up}  and, for those who went away, the state  gave_up: {end: true}"
    )


def _for_ever(flow: Flow, state: State) -> Problem:
    hint = _giving_up(flow)
    if state.question is not None:
        message = say("the question of {state} stays open for ever", state=shown(state.name))
        return mistake(state.question.place, "question-without-timeout", message, hint=hint, level="warning")
    message = say("people may rest in the state {state} for ever", state=shown(state.name))
    return mistake(state.place, "wait-without-timeout", message, hint=hint, level="warning")
