"""Draws that two flows share: who is in a group of one of them is in the same group of the other."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.conditions.people import InSplit
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey, rules_in
from bot.playbook.similar import shown


def shared_draws(survey: Survey) -> Iterator[Problem]:
    """`split-in-two-flows`: never a mistake, but the two cannot be told apart by what comes of them."""
    first: dict[str, str] = {}
    for flow in survey.flows:
        for test in _draws(flow):
            before = first.setdefault(test.name, flow.name)
            if before != flow.name:
                message = say(
                    "the split {split} decides in the flow {before} too, so both draw the same people",
                    split=shown(test.name),
                    before=shown(before),
                )
                hint = say("for a draw of its own, declare another split")
                yield mistake(test.place, "split-in-two-flows", message, hint=hint, level="info")
                break


def _draws(flow: Flow) -> Iterator[InSplit]:
    conditions = [rule.condition for rule in rules_in(flow)]
    conditions += [item.condition for state in flow.states.values() for item in state.branch]
    conditions += [flow.start.condition] if flow.start is not None else []
    for condition in conditions:
        if condition is not None:
            yield from (test for test in condition.leaves() if isinstance(test, InSplit))
