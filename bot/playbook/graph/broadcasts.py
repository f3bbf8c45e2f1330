"""Warnings about broadcasts: two at one moment, a priority without a limit, groups that get the same, and
splits that are shared with flows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from bot.engine.broadcasts.schedule import coincide
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.flow import Flow
from bot.engine.conditions.people import InSplit
from bot.engine.times.value_words import value_words
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.canonical.document import as_data
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import never_together
from bot.playbook.graph.survey import Survey, rules_in
from bot.playbook.hints import of_kind
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node


def broadcasts_at_once(survey: Survey, now: datetime) -> Iterator[Problem]:
    """`broadcasts-at-once`: two are sent in the same minute, and a person may be in both audiences. `now` is
    UTC."""
    timed = [
        broadcast
        for broadcast in survey.playbook.broadcasts.values()
        if broadcast.timed and not broadcast.dropped
    ]
    reported = set[str]()
    for first, second in combinations(timed, 2):
        if first.channel != second.channel or second.name in reported:
            continue
        if never_together([survey.form(first.to), survey.form(second.to)]):
            continue
        moment = coincide(first, second, now, survey.playbook.zone)
        if moment is not None:
            reported.add(second.name)
            yield _at_once(survey, first, second, moment)


def _at_once(survey: Survey, first: Broadcast, second: Broadcast, moment: datetime) -> Problem:
    message = tr(
        "{name} goes out with {other}, at {when}: who is in both audiences gets both at once",
        name=quoted(second.name),
        other=quoted(first.name),
        when=value_words(moment, survey.playbook.zone),
    )
    hint = tr("give one of them another time, or leave the others out in  to:")
    place = survey.place("broadcasts", second.name, "at" if second.at is not None else "every")
    return mistake(place, "broadcasts-at-once", message, hint=hint, level="warning")


def priority_without_limit(survey: Survey) -> Iterator[Problem]:
    """`priority-without-limit`: pushes are reserved and nothing has high priority, or the other way round."""
    playbook = survey.playbook
    high = [
        ("broadcasts", broadcast.name)
        for broadcast in playbook.broadcasts.values()
        if broadcast.priority == "high"
    ]
    high += [("flows", flow.name) for flow in playbook.flows.values() if flow.priority == "high"]
    if playbook.reserved_for_high and not high:
        message = tr("nothing says  priority: high , so these pushes are taken from everybody for nothing")
        hint = tr("write  priority: high  in a broadcast or journey, or leave this out")
        place = survey.place("limits", "reserved_for_high")
        yield mistake(place, "priority-without-limit", message, hint=hint, level="warning")
    if high and not playbook.reserved_for_high:
        message = tr("nothing is reserved for  priority: high , so it goes no sooner than anything else")
        value = "{pushes_per_person: 3 per 7d, reserved_for_high: 1}"
        hint = of_kind("written", tr("write  {key}: {value}", key="limits", value=value))
        place = survey.place(*high[0], "priority")
        yield mistake(place, "priority-without-limit", message, hint=hint, level="warning")


def groups_alike(survey: Survey) -> Iterator[Problem]:
    """`groups-alike`: all groups of a broadcast's split get the same, so nothing is compared."""
    for broadcast in survey.playbook.broadcasts.values():
        messages = _pushed(survey, broadcast)
        if broadcast.split is None or len(messages) < 2:
            continue
        if all(as_data(messages[0]) == as_data(other) for other in messages[1:]):
            split = quoted(broadcast.split)
            message = tr("all groups of {split} get the same here, so nothing is compared", split=split)
            hint = tr(
                "give one of the two another text, let one group get nothing (nothing), or do not compare"
                " (leave split out)"
            )
            place = survey.place("broadcasts", broadcast.name, "push")
            yield mistake(place, "groups-alike", message, hint=hint, level="warning")


def _pushed(survey: Survey, broadcast: Broadcast) -> list[Node]:
    """The messages of each group of a broadcast, as they are written."""
    node: Node | None = survey.root
    for key in ("broadcasts", broadcast.name, "push"):
        node = node.get(key) if isinstance(node, Map) else None
    return [value for _, value in node.pairs.values()] if isinstance(node, Map) else []


def shared_draws(survey: Survey) -> Iterator[Problem]:
    """`split-in-two-flows`: several flows or broadcasts use one split, so their effects cannot be separated.
    Only an info: it may be meant."""
    first: dict[str, Translatable] = {}
    for flow in survey.flows:
        what = tr("in the flow {flow}", flow=quoted(flow.name))
        for test in _draws(flow):
            if first.setdefault(test.name, what) != what:
                yield _shared(test.place, test.name, first[test.name])
                break
    for broadcast in survey.playbook.broadcasts.values():
        if broadcast.split is not None:
            what = tr("in the broadcast {broadcast}", broadcast=quoted(broadcast.name))
            if first.setdefault(broadcast.split, what) != what:
                place = survey.place("broadcasts", broadcast.name, "split")
                yield _shared(place, broadcast.split, first[broadcast.split])


def _shared(place: Place, split: str, before: Translatable) -> Problem:
    message = tr(
        "the split {split} decides {before} too: both draw the same people",
        split=quoted(split),
        before=before,
    )
    hint = tr("for a draw of its own, declare another split")
    return mistake(place, "split-in-two-flows", message, hint=hint, level="info")


def _draws(flow: Flow) -> Iterator[InSplit]:
    """All tests of splits in a flow."""
    conditions = [rule.condition for rule in rules_in(flow)]
    conditions += [item.condition for state in flow.states.values() for item in state.branch]
    conditions += [flow.start.condition] if flow.start is not None else []
    for condition in conditions:
        if condition is not None:
            yield from (test for test in condition.leaves() if isinstance(test, InSplit))
