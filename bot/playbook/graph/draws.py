"""Draws that two flows or broadcasts share: who is in a group of one is in the same group of the other."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.conditions.people import InSplit
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey, rules_in
from bot.playbook.similar import shown


def shared_draws(survey: Survey) -> Iterator[Problem]:
    """`split-in-two-flows`: never a mistake, but the two cannot be told apart by what comes of them."""
    first: dict[str, Said] = {}
    for flow in survey.flows:
        what = say("in the flow {flow}", flow=shown(flow.name))
        for test in _draws(flow):
            if first.setdefault(test.name, what) != what:
                yield _shared(test.place, test.name, first[test.name])
                break
    for broadcast in survey.playbook.broadcasts.values():
        if broadcast.split is not None:
            what = say("in the broadcast {broadcast}", broadcast=shown(broadcast.name))
            if first.setdefault(broadcast.split, what) != what:
                place = survey.place("broadcasts", broadcast.name, "split")
                yield _shared(place, broadcast.split, first[broadcast.split])


def _shared(place: Place, split: str, before: Said) -> Problem:
    message = say(
        "the split {split} decides {before} too: both draw the same people",
        split=shown(split),
        before=before,
    )
    hint = say("for a draw of its own, declare another split")
    return mistake(place, "split-in-two-flows", message, hint=hint, level="info")


def _draws(flow: Flow) -> Iterator[InSplit]:
    conditions = [rule.condition for rule in rules_in(flow)]
    conditions += [item.condition for state in flow.states.values() for item in state.branch]
    conditions += [flow.start.condition] if flow.start is not None else []
    for condition in conditions:
        if condition is not None:
            yield from (test for test in condition.leaves() if isinstance(test, InSplit))
