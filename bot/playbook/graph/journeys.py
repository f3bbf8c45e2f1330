"""Checks what journeys (flows that start by themselves) and broadcasts owe their recipients: consent, a way
to stop, and what happens to a message that is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.built_in_words import STOP
from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter, OnDate, OnNews
from bot.engine.compiled.step import SendMessages
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.values import ContactTest
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.questions import questions
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import contains_text
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map


def missing_if_late(survey: Survey) -> Iterator[Problem]:
    """`if-late-missing`: a journey that pushes by time does not say what happens to a push that is
    overdue."""
    for flow in survey.flows:
        pushes = any(s.late is None and list(_pushed(s)) for s in flow.states.values())
        declared = survey.has_value("flows", flow.name, "if_late")
        if flow.start is not None and _by_time(flow) and pushes and not declared:
            message = tr(
                "what the journey {flow} would say too late, after a downtime, is skipped",
                flow=quoted(flow.name),
            )
            hint = tr("say what is meant:  if_late: skip  (or send, next_morning, exit)")
            yield mistake(flow.place, "if-late-missing", message, hint=hint, level="warning")


def no_way_out(survey: Survey) -> Iterator[Problem]:
    """`no-way-out-of-marketing`: nothing in a journey that pushes, or in a broadcast, says how to stop it."""
    for flow in survey.flows:
        if flow.start is not None:
            pushed = [card for state in flow.states.values() for card in _pushed(state)]
            yield from _without_word(tr("the journey {flow}", flow=quoted(flow.name)), flow.place, pushed)
    for broadcast in survey.playbook.broadcasts.values():
        what = tr("the sending {broadcast}", broadcast=quoted(broadcast.name))
        for group, cards in broadcast.messages.items():
            if broadcast.split is not None:
                names = {"group": quoted(group), "broadcast": quoted(broadcast.name)}
                what = tr("what the group {group} gets of the sending {broadcast}", **names)
            yield from _without_word(what, broadcast.place, cards)


def sendings_without_consent(survey: Survey) -> Iterator[Problem]:
    """`broadcast-no-consent`: the playbook asks for consent, or a shop stores it, and a broadcast does not
    test it.

    Contacts who refused never get a broadcast; this is about those who have not answered.
    """
    if not _asks_consent(survey):
        return
    for broadcast in survey.playbook.broadcasts.values():
        if broadcast.list is not None or (broadcast.to is not None and _reads_consent(broadcast.to)):
            continue
        message = tr(
            "{what} goes also to people who were never asked whether they want it",
            what=tr("the sending {broadcast}", broadcast=quoted(broadcast.name)),
        )
        hint = tr(
            "add to its condition  contact: {marketing: true}  or, for all who did not refuse,"
            "  not: {contact: {marketing: false}}"
        )
        place = survey.place("broadcasts", broadcast.name, "to")
        yield mistake(place, "broadcast-no-consent", message, hint=hint, level="warning")


def _asks_consent(survey: Survey) -> bool:
    """Whether a question or form asks for consent, or a shop provides it."""
    asking = [*questions(survey), *(f for form in survey.playbook.forms.values() for f in form.questions)]
    shops = survey.root.get("shops")
    nodes = shops.pairs.values() if isinstance(shops, Map) else ()
    return any(question.answer.type == "consent" for question in asking) or any(
        isinstance(shop, Map) and "consent" in shop.pairs for _, shop in nodes
    )


def _reads_consent(condition: Condition) -> bool:
    """Whether a condition tests consent to marketing."""
    return any(isinstance(leaf, ContactTest) and leaf.field == "marketing" for leaf in condition.leaves())


def _without_word(what: Translatable, place: Place, cards: Sequence[Card]) -> Iterator[Problem]:
    """The finding for cards none of which names the built-in word that stops marketing."""
    if cards and not any(contains_text(card, STOP) for card in cards):
        message = tr("nothing in {what} says how to stop it", what=what)
        hint = tr("add to a text:  不想收到？輸入「{stop}」", stop=STOP)
        yield mistake(place, "no-way-out-of-marketing", message, hint=hint, level="warning")


def _by_time(flow: Flow) -> bool:
    """Whether time moves the journey: it starts at a date or a time of day, or has a wait."""
    for trigger in flow.start.when if flow.start is not None else ():
        if isinstance(trigger, OnDate) or (isinstance(trigger, OnNews) and trigger.at is not None):
            return True
    rules = (rule for state in flow.states.values() for rule in state.rules)
    return any(isinstance(trigger, OnAfter) for rule in rules for trigger in rule.when)


def _pushed(state: State) -> Iterator[Card]:
    """The cards that a state and its rules push."""
    for steps in (state.do, *(rule.do for rule in (*state.rules, *state.branch))):
        for step in steps:
            if isinstance(step, SendMessages) and step.how == "push":
                yield from step.cards
