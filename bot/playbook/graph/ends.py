"""Whether a flow can be gone through: to every state, from every state to an end, never round for ever."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.flow import Flow
from bot.model.problem import Problem
from bot.playbook.codes import mistake
from bot.playbook.graph.moves import cycles, leaves, reached, targets
from bot.playbook.graph.survey import Survey
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
                message = f"no way leads to the state {shown(state.name)}"
                hint = f"write  next: {state.name}  in the state before it, or leave it out"
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
            what = "no end" if any(s.end for s in flow.states.values()) else "no end, and the flow has none"
            message = f"from the state {shown(state.name)} one can reach {what}"
            hint = "write  end: true  in the last state, and a way that leads to it"
            yield mistake(state.place, "no-way-to-end", message, hint=hint)


def _out(flow: Flow, name: str) -> bool:
    """Whether the flow can be left in this state: it is an end, or something in it says `exit`."""
    state = flow.states[name]
    rules = (*state.rules, *state.branch, *(flow.rules if state.rests else ()))
    return state.end or leaves(state.do, flow) or any(leaves(rule.do, flow) for rule in rules)


def transient_cycles(survey: Survey) -> Iterator[Problem]:
    """`transient-cycle`: states that are left at once lead round in a circle: nobody would ever rest."""
    for flow in survey.flows:
        onward = {
            state.name: [str(item.to) for item in state.branch]
            for state in flow.states.values()
            if not state.rests and not state.end
        }
        for found in cycles(onward):
            way = " → ".join([*found, found[0]])
            message = f"nobody rests on the way {way}: it would go round for ever"
            hint = "let people wait in one of these states, by  wait: 1d  or by a question"
            yield mistake(flow.states[found[0]].place, "transient-cycle", message, hint=hint)


def flows_that_run_themselves(survey: Survey) -> Iterator[Problem]:
    """`run-itself`: a flow runs itself, directly or around."""
    runs: dict[str, list[str]] = {}
    for flow in survey.flows:
        children = [state.run for state in flow.states.values() if state.run is not None]
        runs.setdefault(flow.name, []).extend(children)
    for found in cycles(runs):
        flow, after = survey.playbook.flows[found[0]], (found * 2)[1]
        way = " → ".join([*found, found[0]])
        message = f"the flow {shown(flow.name)} runs itself: {way}"
        hint = "leave one of these  run:  out; to begin a flow anew, go to its first state"
        at = next((state.place for state in flow.states.values() if state.run == after), flow.place)
        yield mistake(at, "run-itself", message, hint=hint)
