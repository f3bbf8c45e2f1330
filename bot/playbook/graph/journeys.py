"""What a journey, or a sending, owes to those who get it: to be on time, and a way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.card import Card
from bot.engine.flow import Flow, State
from bot.engine.rule import OnAfter, OnDate
from bot.engine.step import Say
from bot.model.place import Place
from bot.model.problem import Problem
from bot.playbook.codes import mistake
from bot.playbook.graph.results import STOP
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import says
from bot.playbook.similar import shown


def lateness_not_said(survey: Survey) -> Iterator[Problem]:
    """`if-late-missing`: a journey of times and pushes does not say what to do with what is overdue."""
    for flow in survey.flows:
        pushes = any(s.late is None and list(_pushed(s)) for s in flow.states.values())
        said = survey.is_written("flows", flow.name, "if_late")
        if flow.start is not None and _by_time(flow) and pushes and not said:
            message = f"what the journey {shown(flow.name)} would say too late, after a downtime, is skipped"
            hint = "say what is meant:  if_late: skip  (or send, next_morning, exit)"
            yield mistake(flow.place, "if-late-missing", message, hint=hint, level="warning")


def no_way_out(survey: Survey) -> Iterator[Problem]:
    """`no-way-out-of-marketing`: a journey that pushes, or a sending, never says how to stop it."""
    for flow in survey.flows:
        if flow.start is not None:
            pushed = [card for state in flow.states.values() for card in _pushed(state)]
            yield from _without_word(f"the journey {shown(flow.name)}", flow.place, pushed)
    for broadcast in survey.playbook.broadcasts.values():
        yield from _without_word(f"the sending {shown(broadcast.name)}", broadcast.place, broadcast.cards)


def _without_word(what: str, place: Place, cards: Sequence[Card]) -> Iterator[Problem]:
    if cards and not any(says(card, STOP) for card in cards):
        message = f"nothing in {what} says how to stop it"
        hint = f"add to a text:  不想收到？輸入「{STOP}」"
        yield mistake(place, "no-way-out-of-marketing", message, hint=hint, level="warning")


def _by_time(flow: Flow) -> bool:
    """Whether time moves the journey: it begins at a date, or waits."""
    if flow.start is not None and any(isinstance(trigger, OnDate) for trigger in flow.start.when):
        return True
    rules = (rule for state in flow.states.values() for rule in state.rules)
    return any(isinstance(trigger, OnAfter) for rule in rules for trigger in rule.when)


def _pushed(state: State) -> Iterator[Card]:
    for steps in (state.do, *(rule.do for rule in (*state.rules, *state.branch))):
        for step in steps:
            if isinstance(step, Say) and step.how == "push":
                yield from step.cards
