"""Finds conditions that always or never hold, and branches that are never taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.flow import Start, State
from bot.engine.compiled.rule import MessageTrigger, OnNews, Rule, Trigger
from bot.engine.conditions.around import Constant, During, WithStaff
from bot.engine.conditions.condition import All, Condition, Not
from bot.engine.conditions.people import SEEDS, InSplit
from bot.engine.conditions.values import HasTag
from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import ConditionForm, Several, denied, form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted


def certain_conditions(survey: Survey) -> Iterator[Problem]:
    """`condition-always`, `condition-never`: of whole conditions, and of single tests whose result is
    certain.

    Conditions on a flow's `setting` are not reported, as each channel may set it otherwise.
    """
    for condition in survey.conditions:
        leaves = list(condition.leaves())
        if not leaves or any(isinstance(leaf, Constant) for leaf in leaves):
            continue
        if always_holds(condition):
            message = tr("this condition always holds: {condition}", condition=condition.in_short)
            hint = tr("leave it out; for neither of two, write  unless: {any: [..., ...]}")
            yield mistake(leaves[0].place, "condition-always", message, hint=hint, level="warning")
        for leaf in leaves:
            match leaf:
                case InSplit(place=place, name=name, groups=groups, ranges=ranges):
                    yield from _split(leaf, name, groups, ranges)
                case During(place=place, name=name, hours=hours) if not any(
                    days.windows for part in hours.parts for days in part
                ):
                    message = tr("this condition never holds: {hours} has no open hours", hours=quoted(name))
                    hint = tr("give it hours, such as  mon-fri: 09:00-18:00")
                    yield mistake(place, "condition-never", message, hint=hint, level="warning")
                case _:
                    pass
    yield from _against_trigger(survey)


def always_holds(condition: Condition) -> bool:
    """Whether the condition certainly holds for everybody."""
    return never_together([denied(condition)])


def _split(
    leaf: InSplit, name: str, groups: Sequence[str], ranges: Sequence[tuple[int, int]]
) -> Iterator[Problem]:
    """Findings for a test of groups whose shares add up to 0 or 100 percent."""
    drawn = sum(high - low for low, high in ranges)
    if drawn == 0:
        message = tr(
            "this condition never holds: the share of {groups} in {split} is 0 %",
            groups=row(groups),
            split=quoted(name),
        )
        hint = tr("give it a share, or leave the condition out with what hangs on it")
        yield mistake(leaf.place, "condition-never", message, hint=hint, level="warning")
    elif drawn == SEEDS:
        message = tr(
            "this condition always holds: the share of {groups} in {split} is 100 %",
            groups=row(groups),
            split=quoted(name),
        )
        yield mistake(leaf.place, "condition-always", message, hint=tr("leave it out"), level="warning")


def _against_trigger(survey: Survey) -> Iterator[Problem]:
    """Findings for conditions that never hold when the trigger of their own rule fires."""
    taken_off = {tag for step in survey.steps for tag in step.removes_tags}
    conditions: list[tuple[Sequence[Trigger], Condition | None, Rule | Start]] = [
        (rule.when, rule.condition, rule) for rule in survey.rules
    ]
    conditions += [(flow.start.when, flow.start.condition, flow.start) for flow in survey.flows if flow.start]
    for when, condition, rule in conditions:
        for part in _needed(condition):
            why = _staff(when, part, rule) or _just_added(when, part, taken_off)
            if why is not None:
                place = next(iter(part.leaves())).place
                message, hint = why
                yield mistake(place, "condition-never", message, hint=hint, level="warning")


def _needed(condition: Condition | None) -> Iterator[Condition]:
    """The parts of a condition all of which must hold."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _needed(part)
    elif isinstance(condition, Not) and isinstance(condition.part, All) and len(condition.part.parts) == 1:
        yield Not(condition.part.parts[0])
    elif condition is not None:
        yield condition


def _staff(
    when: Sequence[Trigger], part: Condition, rule: Rule | Start
) -> tuple[Translatable, Translatable] | None:
    """The finding where a rule on messages requires that staff have the conversation, when rules are not
    heard."""
    if not (isinstance(part, WithStaff) and part.staff and isinstance(rule, Rule)) or rule.with_staff:
        return None
    if not when or not all(isinstance(trigger, MessageTrigger) for trigger in when):
        return None
    message = tr("this condition never holds: while staff have the conversation, this rule is not heard")
    return message, tr("add to the rule  with_staff: true")


def _just_added(
    when: Sequence[Trigger], part: Condition, taken_off: set[str]
) -> tuple[Translatable, Translatable] | None:
    """The finding where a rule on an added tag requires that the tag is not on."""
    if not (isinstance(part, Not) and isinstance(part.part, HasTag)) or len(when) != 1:
        return None
    tag, trigger = part.part, when[0]
    subjects = trigger.subjects if isinstance(trigger, OnNews) and trigger.kind == "tag_added" else None
    plain = tag.within is None and tag.over is None
    if not subjects or not plain or not set(subjects) <= set(tag.tags) or not taken_off.isdisjoint(subjects):
        return None
    message = tr("this condition never holds: {tag} has just been added then", tag=quoted(subjects[0]))
    return message, tr("leave it out; for once in a life, write  once_per: person")


def branches_never_taken(survey: Survey) -> Iterator[Problem]:
    """`branch-never`: the branches before it cover all cases that it could take.

    Branches on `setting` are not reported, as each channel may set it otherwise.
    """
    for flow in survey.flows:
        for state in flow.states.values():
            yield from _of(state)


def _of(state: State) -> Iterator[Problem]:
    """Findings for the branches of a state."""
    before: list[ConditionForm] = []
    for item in state.branch:
        if _by_setting(item.condition):
            continue
        if before and never_together([form_of(item.condition), *before]):
            yield _never(item, state)
        before.append(denied(item.condition))


def _never(item: Rule, state: State) -> Problem:
    message = tr("this branch to {to} is never taken: one before it always is", to=quoted(str(item.to)))
    hint = tr("leave it out, or put it before the others")
    if item.condition is None:
        hint = tr("leave out the if of the branch before it, or lead that one to {to}", to=str(item.to))
    return mistake(item.place, "branch-never", message, hint=hint)


def contradictions(survey: Survey) -> Iterator[Problem]:
    """`contradiction`: parts of one condition that can never hold together."""
    for condition in survey.conditions:
        form = survey.form(condition)
        if isinstance(form, Several) and never_together([form]) and not _by_setting(condition):
            place = next((part.place for part in condition.leaves()), None)
            if place is None:
                continue  # a condition without tests
            message = tr("this condition never holds: {condition}", condition=condition.in_short)
            hint = tr("for one or the other, write  any: [..., ...]")
            yield mistake(place, "contradiction", message, hint=hint, level="warning")


def _by_setting(condition: Condition | None) -> bool:
    """Whether the condition tests a setting of the flow."""
    return condition is not None and any(isinstance(part, Constant) for part in condition.leaves())
