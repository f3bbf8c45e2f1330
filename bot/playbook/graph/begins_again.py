"""Journeys whose end starts them again."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnNews
from bot.engine.compiled.step import Step
from bot.model.problem import Level, Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.brought_about import done, passing
from bot.playbook.graph.moves import reached
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def journeys_that_begin_again(survey: Survey) -> Iterator[Problem]:
    """`starts-at-once-again`: the end of a journey brings about what starts it, and nothing limits how often.

    An error where nobody rests on the way: it would go round within one turn.
    """
    for flow in survey.flows:
        at_once = reached([flow.first.name], passing(flow))
        for name in started_by_its_end(flow):
            message = say("the end of the journey {flow} starts it again at once", flow=shown(flow.name))
            hint = say("write  once_per: 30d  for the journey; to go round in it, go to its first state")
            hopeless = name in at_once and flow.start is not None and flow.start.condition is None
            level: Level = "error" if hopeless else "warning"
            yield mistake(flow.states[name].place, "starts-at-once-again", message, hint=hint, level=level)


def started_by_its_end(flow: Flow) -> dict[str, frozenset[str]]:
    """The end states that start their own journey again, each with the news by which it does."""
    start = flow.start
    if start is None or start.once_per is not None:
        return {}
    taken_off = {tag for step in _steps_of(flow) for tag in step.removes_tags}
    started = {
        f"{trigger.kind} {subject}"
        for trigger in start.when
        if isinstance(trigger, OnNews) and not trigger.where
        for subject in trigger.subjects or ()
    }
    found = {}
    for state in flow.states.values():
        news = {target for _, target in done(state.do)} | {f"flow_ended {flow.name}"}
        # adding a tag that is on is no news
        again = {n for n in news if not n.startswith("tag_added ") or n.partition(" ")[2] in taken_off}
        if state.end and not again.isdisjoint(started):
            found[state.name] = frozenset(again & started)
    return found


def _steps_of(flow: Flow) -> Iterator[Step]:
    for state in flow.states.values():
        yield from state.do
        for rule in (*state.rules, *state.branch):
            yield from rule.do
    for rule in flow.rules:
        yield from rule.do
