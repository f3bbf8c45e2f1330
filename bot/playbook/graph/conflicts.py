"""Finds actions and rules that disturb each other: tags added and removed at once, tags that look alike, the
loading animation in groups, rules that share a limit, rules that also fire at unbinding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.engine.actions.conversation import Loading
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnNews, Rule, Trigger
from bot.engine.compiled.step import SendMessages, Step
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import IsBound
from bot.engine.conditions.values import AttributeTest, EventTest
from bot.model.news import NEWS
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.joined import alike_names
from bot.playbook.similar import folded, quoted
from bot.playbook.syntax.nodes import Map, place_of


def tags_in_both(survey: Survey) -> Iterator[Problem]:
    """`tag-in-both`: one list of actions adds and removes a tag, and no rule is triggered by it."""
    triggering = {
        tag
        for trigger, _ in survey.triggers
        if isinstance(trigger, OnNews) and trigger.kind in ("tag_added", "tag_removed")
        for tag in trigger.subjects or ()
    }
    for site in survey.sites:
        added = {tag for step in site.steps for tag in step.adds_tags}
        for step in site.steps:
            tag = next((tag for tag in step.removes_tags if tag in added and tag not in triggering), None)
            if tag is not None:
                message = tr("the tag {tag} is put on and taken off by one list of actions", tag=quoted(tag))
                hint = tr("leave it out of one of the two")
                yield mistake(step.place, "tag-in-both", message, hint=hint, level="warning")


def tags_alike(survey: Survey) -> Iterator[Problem]:
    """`duplicate-name`: an added tag differs from another one only in what is hardly visible, such as
    width."""
    node = survey.root.get("tags")
    declared = node.pairs if isinstance(node, Map) else {}  # those are compared with each other already
    seen = {folded(name): (name, place_of(key)) for name, (key, _) in declared.items()}
    for step in survey.steps:
        for tag in step.adds_tags:
            before, place = seen.setdefault(folded(tag), (tag, step.place))
            if before != tag and tag not in declared:
                yield alike_names(tag, step.place, before, place)


def loading_in_groups(survey: Survey) -> Iterator[Problem]:
    """`loading-in-group`: LINE shows its animation in chats with one person only."""
    for site in survey.sites:
        rule = site.rule
        if rule is None or not rule.when:
            continue
        in_group = all(isinstance(t, OnNews) and NEWS[t.kind].of_group for t in rule.when)
        step = next((step for step in site.steps if isinstance(step, Loading)), None)
        if in_group and step is not None:
            message = tr("LINE shows no animation in groups, where this rule is heard")
            yield mistake(step.place, "loading-in-group", message, hint=tr("leave  loading  out"))


def shared_limits(survey: Survey) -> Iterator[Problem]:
    """`limit-shared`: rules without a name that have the same trigger and condition are counted as one."""
    seen: dict[str, Rule] = {}
    for rule in survey.rules:
        if rule.once_per is None:
            continue
        other = seen.setdefault(rule.key, rule)
        if other.place.path != rule.place.path or other.place.file != rule.place.file:
            message = tr("this rule and another hear the same, and share one  once_per")
            note = tr("the other rule: {file}, line {line}", file=other.place.file, line=other.place.line)
            hint = tr("give each a name of its own:  name: …")
            yield mistake(rule.place, "limit-shared", message, hint=hint, note=note, level="warning")


def triggered_by_unbinding(survey: Survey) -> Iterator[Problem]:
    """`said-at-unbinding`: a rule on `attribute_changed` of a shop's field also sends at unbinding.

    Not reported with `from` or `to`, or with a condition on the value or the binding.
    """
    for rule in survey.rules:
        if _sends_messages(rule.do):
            yield from _problems(survey, rule.when, rule.condition, rule.place)
    for flow in survey.flows:
        if flow.start is not None and _speaks(survey, flow):
            yield from _problems(survey, flow.start.when, flow.start.condition, flow.start.place)


def _sends_messages(steps: Iterable[Step]) -> bool:
    return any(isinstance(step, SendMessages) for step in steps)


def _speaks(survey: Survey, flow: Flow) -> bool:
    """Whether a flow sends messages or asks questions."""
    asks = any(state.question is not None for state in flow.states.values())
    return asks or any(site.flow is flow and _sends_messages(site.steps) for site in survey.sites)


def _problems(
    survey: Survey, when: Iterable[Trigger], condition: Condition | None, place: Place
) -> Iterator[Problem]:
    """The finding for each trigger on an attribute of a shop that the condition does not narrow."""
    for trigger in when:
        if not isinstance(trigger, OnNews) or trigger.kind != "attribute_changed" or trigger.where:
            continue
        for key in trigger.subjects or ():
            info = survey.playbook.attributes.get(key)
            if info is None or info.shop is None or _tests_slot(condition, info.slot):
                continue
            message = tr(
                "this is heard at unbinding too, when {attribute} goes away, and says something then",
                attribute=quoted(key),
            )
            hint = tr("add  if: {attribute: {{key}: {known: true}}}  or  to: …", key=key)
            yield mistake(place, "said-at-unbinding", message, hint=hint, level="warning")


def _tests_slot(condition: Condition | None, slot: str) -> bool:
    """Whether a condition tests the binding, the attribute of this slot, or the changed value."""
    for leaf in () if condition is None else condition.leaves():
        match leaf:
            case IsBound():
                return True
            case AttributeTest(slot=tested) if tested == slot:
                return True
            case EventTest(field="old" | "new"):
                return True
            case _:
                pass
    return False
