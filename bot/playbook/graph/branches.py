"""Branches that are never taken, and conditions that can never hold."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import State
from bot.engine.compiled.rule import Rule
from bot.engine.conditions.around import Constant
from bot.engine.conditions.condition import Condition
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import ConditionForm, Several, denied, form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def branches_never_taken(survey: Survey) -> Iterator[Problem]:
    """`branch-never`: where it is asked, the conditions before it leave nothing over for it.

    Branches on `setting` are never told of: what a channel sets decides them.
    """
    for flow in survey.flows:
        for state in flow.states.values():
            yield from _of(state)


def _of(state: State) -> Iterator[Problem]:
    before: list[ConditionForm] = []
    for item in state.branch:
        if _by_setting(item.condition):
            continue
        if before and never_together([form_of(item.condition), *before]):
            yield _never(item, state)
        before.append(denied(item.condition))


def _never(item: Rule, state: State) -> Problem:
    message = say("this branch to {to} is never taken: one before it always is", to=shown(str(item.to)))
    hint = say("leave it out, or put it before the others")
    if item.condition is None:
        hint = say("leave out the if of the branch before it, or lead that one to {to}", to=str(item.to))
    return mistake(item.place, "branch-never", message, hint=hint)


def contradictions(survey: Survey) -> Iterator[Problem]:
    """`contradiction`: parts of one condition that can never hold together."""
    for condition in survey.conditions:
        form = survey.form(condition)
        if isinstance(form, Several) and never_together([form]) and not _by_setting(condition):
            place = next((part.place for part in condition.leaves()), None)
            if place is None:
                continue  # nothing is asked
            message = say("this condition never holds: {condition}", condition=condition.in_short)
            hint = say("for one or the other, write  any: [..., ...]")
            yield mistake(place, "contradiction", message, hint=hint, level="warning")


def _by_setting(condition: Condition | None) -> bool:
    return condition is not None and any(isinstance(part, Constant) for part in condition.leaves())
