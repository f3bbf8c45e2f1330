"""A phone that is found is kept for two minutes: whether it is bound before they are over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.actions.members import AskMember, AskMove, AskRegistration
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnNews
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.moves import reached, targets
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def lapsing_reservations(survey: Survey) -> Iterator[Problem]:
    """`reservation-lapses`: between `found` and `bind_member` somebody has to answer, or to wait.

    `found` reserves the phone for two minutes (language, section 6); who is asked something in between may
    take longer, and `bind_member` then binds nobody.
    """
    for flow in survey.flows:
        onward = targets(flow)
        fresh = {name for name, state in flow.states.items() if _finds(state)}
        after = {n: [t for t in onward[n] if t not in fresh] for n in flow.states}
        there = reached([name for name in _found(flow) if name not in fresh], after)
        for name in flow.states:
            state = flow.states[name]
            if name not in there or not state.rests or _binds(state):
                continue
            bound = next((n for n in reached(after[name], after) if _binds(flow.states[n])), None)
            if bound is not None:
                message = say(
                    "between  member: found  and {bound} people rest in {state}, and the phone is "
                    "kept for 2 minutes only",
                    bound=shown(bound),
                    state=shown(name),
                )
                hint = say("ask before  find_member,  and go from  found  to  bind_member  at once")
                yield mistake(state.place, "reservation-lapses", message, hint=hint)


def _found(flow: Flow) -> Iterator[str]:
    """The states that a found member leads to."""
    for state in flow.states.values():
        for rule in (*state.rules, *flow.rules):
            news = (
                trigger for trigger in rule.when if isinstance(trigger, OnNews) and trigger.kind == "member"
            )
            if rule.to in flow.states and any(t.subjects is None or "found" in t.subjects for t in news):
                yield str(rule.to)


def _finds(state: State) -> bool:
    return any(isinstance(step, AskMember | AskRegistration | AskMove) for step in state.do)


def _binds(state: State) -> bool:
    return any(step.binds == "member" for step in state.do)
