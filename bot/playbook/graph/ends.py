"""Whether a flow can be gone through: to every state, from every state to an end, never round for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.moves import cycles, leaves, reached, targets
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.timeouts import way_for_giving_up
from bot.playbook.similar import shown


def unreachable_states(survey: Survey) -> Iterator[Problem]:
    """`unreachable-state`: no way leads there from the first state, on any channel."""
    for name, flow in survey.playbook.flows.items():
        alike = [flow, *(f for f in survey.flows if f.name == name and f is not flow)]
        there = set[str]()
        for one in alike:
            # people of states that are gone are put where `moved` says
            moved = [state for state in one.moved.values() if state in one.states]
            there |= reached([one.first.name, *moved], targets(one))
        for state in flow.states.values():
            if state.name not in there:
                message = say("no way leads to the state {state}", state=shown(state.name))
                onward = say(
                    "write  next: {state}  in the state before it, or leave it out", state=state.name
                )
                hint = way_for_giving_up(flow, state.name) or onward
                yield mistake(state.place, "unreachable-state", message, hint=hint)


def ways_to_an_end(survey: Survey) -> Iterator[Problem]:
    """`no-way-to-end`: states from which no end can be reached, told once for each trap."""
    for flow in survey.flows:
        onward = targets(flow)
        back: dict[str, list[str]] = {name: [] for name in onward}
        for name, following in onward.items():
            for target in following:
                back[target].append(name)
        good = reached([name for name in flow.states if _out(flow, name)], back)
        there = reached([flow.first.name], onward)
        told = set[str]()
        for state in flow.states.values():
            if state.name in good or state.name in told or state.name not in there:
                continue
            trap = reached([state.name], onward)
            told |= trap
            message = say("from the state {state} one can reach no end", state=shown(state.name))
            if not any(s.end for s in flow.states.values()):
                message = say(
                    "from the state {state} one can reach no end, and the flow has none",
                    state=shown(state.name),
                )
            hint = say("write  end: true  in the last state, and a way that leads to it")
            yield mistake(state.place, "no-way-to-end", message, hint=hint)


def _out(flow: Flow, name: str) -> bool:
    """Whether the flow can be left in this state: it is an end, or something in it says `exit`."""
    state = flow.states[name]
    rules = (*state.rules, *state.branch, *(flow.rules if state.rests else ()))
    return state.end or leaves(state.do, flow) or any(leaves(rule.do, flow) for rule in rules)


def transient_cycles(survey: Survey) -> Iterator[Problem]:
    """`transient-cycle`: states that are left at once lead round in a circle: nobody would ever rest.

    A wait for a date that is past is over at once, so that waits for dates alone let nobody rest either.
    """
    for flow in survey.flows:
        onward = {
            state.name: [str(item.to) for item in state.branch]
            for state in flow.states.values()
            if not state.rests and not state.end
        }
        dated = {name: targets for name in flow.states if (targets := list(_after_dates(flow.states[name])))}
        for found in cycles(onward):
            message = say("nobody rests on the way {way}: it would go round for ever", way=_way(found))
            yield _goes_round(flow, found, message)
        for found in cycles({**onward, **dated}):
            if not dated.keys().isdisjoint(found):
                message = say("once its dates are past, nobody rests on the way {way}", way=_way(found))
                yield _goes_round(flow, found, message)


def _after_dates(state: State) -> Iterator[str]:
    """Where one goes from a state when a date has come that nothing here changes."""
    if any(step.sets for step in state.do):
        return
    for rule in state.rules:
        waits = [trigger.wait for trigger in rule.when if isinstance(trigger, OnAfter)]
        if rule.to is not None and any(wait.moment is not None or wait.slot is not None for wait in waits):
            yield rule.to


def _way(found: Sequence[str]) -> str:
    return " → ".join([*found, found[0]])


def _goes_round(flow: Flow, found: Sequence[str], message: Said) -> Problem:
    hint = say("let people wait in one of these states, by  wait: 1d  or by a question")
    return mistake(flow.states[found[0]].place, "transient-cycle", message, hint=hint)


def flows_that_run_themselves(survey: Survey) -> Iterator[Problem]:
    """`run-itself`: a flow runs itself, directly or around."""
    runs: dict[str, list[str]] = {}
    for flow in survey.flows:
        children = [state.run for state in flow.states.values() if state.run is not None]
        runs.setdefault(flow.name, []).extend(children)
    for found in cycles(runs):
        flow, after = survey.playbook.flows[found[0]], (found * 2)[1]
        way = " → ".join([*found, found[0]])
        message = say("the flow {flow} runs itself: {way}", flow=shown(flow.name), way=way)
        hint = say("leave one of these  run:  out; to begin a flow anew, go to its first state")
        at = next((state.place for state in flow.states.values() if state.run == after), flow.place)
        yield mistake(at, "run-itself", message, hint=hint)
