"""What is said at unbinding by those who wait for a change of what the shop gave (semantics 33)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnNews, Trigger
from bot.engine.compiled.step import SendMessages, Step
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import IsBound
from bot.engine.conditions.values import AttributeTest, EventTest
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted


def triggered_by_unbinding(survey: Survey) -> Iterator[Problem]:
    """`said-at-unbinding`: `attribute_changed` of what a shop maps is heard when that goes away, and speaks.

    Who says `from` or `to`, or asks in a condition for the value or the binding, has thought of it.
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
    asks = any(state.question is not None for state in flow.states.values())
    return asks or any(site.flow is flow and _sends_messages(site.steps) for site in survey.sites)


def _problems(
    survey: Survey, when: Iterable[Trigger], condition: Condition | None, place: Place
) -> Iterator[Problem]:
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
    for leaf in () if condition is None else condition.leaves():
        match leaf:
            case IsBound():
                return True
            case AttributeTest(slot=asked) if asked == slot:
                return True
            case EventTest(field="old" | "new"):
                return True
            case _:
                pass
    return False
