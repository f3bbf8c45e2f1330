"""The chat's answer to a message that leads to a closed page or flow (B8)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.engine import notes
from bot.engine.compiled.card import Card, Tap, leaves
from bot.engine.compiled.flow import State
from bot.engine.compiled.pages import is_about_binding
from bot.engine.compiled.trigger_event import TriggerEvent, fits
from bot.engine.flows.answers import valid_answer
from bot.engine.flows.push_gate import is_halted
from bot.engine.rendering.placeholders import is_open
from bot.engine.turn.notices import is_answered_later
from bot.engine.turn.turn import Turn
from bot.model.event import OtherMessage, Outcome, Postback, TextMessage
from bot.model.instance import Instance
from bot.model.message import Message

BINDING_CLOSED = "綁定連結暫時無法使用"
FLOW_CLOSED = "這項服務目前沒有開放"
"""What the page of a flow says that is paused, closed or over, of a binding and of all else: the same words
as `closedTitle` and `notOpenTitle` there."""
FORM_CLOSED = "這份表單目前沒有開放填寫。"

_OF_A_PERSON = (TextMessage, OtherMessage, Postback, Outcome)
"""Messages and taps of a person, and outcomes of them."""


def meets_closed(turn: Turn, page: str) -> None:
    """Note that the message leads to this closed page or form: answered, if nothing else is sent."""
    flow = turn.playbook.flow(page, turn.channel)
    if page in turn.playbook.forms:
        turn.closed = FORM_CLOSED
    elif flow is not None and flow.is_talk:
        about_binding = is_about_binding(turn.playbook, page, turn.channel)
        turn.closed = BINDING_CLOSED if about_binding else FLOW_CLOSED


def leads_to_closed(turn: Turn, cards: Sequence[Card]) -> None:
    """Note the closed pages that these cards lead to; they are not sent, as no tap is left in them."""
    for tap in (leaf for card in cards for bubble in card.bubbles for leaf in leaves(bubble.form)):
        if isinstance(tap, Tap) and tap.page and not is_open(turn.playbook, tap.page, turn.channel, turn.now):
            meets_closed(turn, tap.page)


def is_expected_when_paused(turn: Turn, event: TriggerEvent) -> bool:
    """Whether a flow in this chat would match this message, were it not paused."""
    for instance in turn.contact.flows:
        flow, state = turn.flow_of(instance), turn.state_of(instance)
        if flow is None or state is None or instance.channel != turn.channel or instance.on_page:
            continue
        if flow.is_talk and is_halted(turn, instance) and _matches(state, event, turn, instance):
            meets_closed(turn, flow.name)
            return True
    return False


def _matches(state: State, event: TriggerEvent, turn: Turn, instance: Instance) -> bool:
    triggers = (trigger for rule in state.rules for trigger in rule.when)
    if any(fits(trigger, event, turn.when) is not None for trigger in triggers):
        return True
    form = state.question.answer if state.question is not None else None
    return form is not None and valid_answer(form, event, turn.when, instance.answers) is not None


def closed_notice(turn: Turn) -> list[Message]:
    """The sentence about a closed page that this turn leads to, where it sends nothing else and is free."""
    if turn.closed is None or turn.token is None or not isinstance(turn.event.what, _OF_A_PERSON):
        return []
    if turn.replies or turn.later or turn.pushes or is_answered_later(turn):
        return []
    turn.note(notes.PAGE_CLOSED)
    return [{"type": "text", "text": turn.closed}]
