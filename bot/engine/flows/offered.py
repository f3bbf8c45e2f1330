"""What may be tapped while a question is open: its choices, and what else is heard there."""

from __future__ import annotations

from bot.engine.compiled.card import PageAddress, Tap
from bot.engine.compiled.flow import Flow, Question, State
from bot.engine.compiled.rule import OnText, Rule
from bot.engine.conditions.context import ConditionContext
from bot.engine.flows.limits import with_limits
from bot.engine.rendering.filling import filling_of
from bot.engine.rendering.rendering import action_of, said
from bot.engine.turn.doing import Doing
from bot.engine.turn.how_often import limit_of
from bot.engine.turn.turn import Turn
from bot.model.contact import Instance
from bot.model.message import Message

ON_THE_PAGE = "回到網頁繼續"
"""The button that leads back to the page from which a question has come into the chat."""


def links_of(flow: Flow, state: State, asked: ConditionContext) -> dict[str, bool]:
    """The texts that the state's rules hear now, the first of each rule's; whether one sends a code again.

    A page draws them as links below the field, the chat as quick replies.
    """
    found: dict[str, bool] = {}
    for rule in state.rules:
        if _is_heard(rule, asked):
            for trigger in rule.when:
                if isinstance(trigger, OnText):
                    found.setdefault(trigger.texts[0], flow.sends(rule))
    return found


def _is_heard(rule: Rule, asked: ConditionContext) -> bool:
    if rule.condition is not None and not rule.condition.holds(asked):
        return False
    return not (rule.limited and limit_of(rule, asked) is not None)


def asked_of(turn: Turn, instance: Instance) -> ConditionContext:
    """As whom the rules of the state in which an instance rests ask."""
    of = instance.channel
    return ConditionContext(turn.contact, of, turn.when, answers=instance.answers, taken=turn.world.taken)


def offered(turn: Turn, instance: Instance, question: Question) -> tuple[str, ...]:
    """The quick replies of a question in chat; links only of a flow with a page, where they are seen too."""
    flow, state = turn.flow_of(instance), turn.state_of(instance)
    if flow is None or state is None or not flow.page:
        return question.choices
    links = links_of(flow, state, asked_of(turn, instance))
    return tuple(dict.fromkeys((*question.choices, *links)))


def actions_offered(turn: Turn, instance: Instance, question: Question) -> tuple[Message, ...]:
    """The actions of those quick replies and of its date pickers, within the limits of this moment."""
    says = tuple(said(text) for text in offered(turn, instance, question))
    if not question.pickers:
        return says
    lookup = turn.lookup(Doing(turn.flow_of(instance), instance, instance.answers))
    filling = filling_of(turn.playbook, turn.channel, turn.now, lookup)
    pickers = [action for tap in question.pickers if (action := action_of(tap, filling)) is not None]
    return (*says, *with_limits(pickers, question.answer, turn.when))


def way_back(question: Question, page: str) -> Tap:
    """The quick reply that opens the page again; left out where the channel has no LIFF."""
    action = {"type": "uri", "label": ON_THE_PAGE, "uri": PageAddress(page)}
    return Tap(question.place, f"page/{page}", ON_THE_PAGE, action, page)
