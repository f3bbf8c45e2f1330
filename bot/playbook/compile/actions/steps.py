"""Compiles lists of actions in canonical form, where each item has one key (language, section 6): picks the
reader of each key, and checks the order."""

from __future__ import annotations

from functools import cache

from bot.engine.compiled.step import SendMessages, Show, Step, Steps
from bot.model.translatable import tr
from bot.playbook.compile.actions import conversation, flows, person
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.known_names import set_by_action
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.used_cards import cards, text_card
from bot.playbook.promotions import LANGUAGE_PARTS
from bot.playbook.shape.actions import ON_PAGES
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def steps_of(scope: Scope, node: Node | None) -> Steps:
    """The steps of a list of actions. One that is wrong is reported and left out; those behind `exit` too."""
    made: list[Step] = []
    left: Scalar | None = None
    for item in scope.items(node):
        for kind, (key, value) in item.pairs.items():
            if left is not None:
                _behind_exit(scope, key, left)
                return tuple(made)
            step = _step(scope, kind, key, value)
            made += [step] if step is not None else []
            if step is not None and leaves_itself(scope, step):
                left = key
        scope = scope.knowing(set_by_action(item))
    return tuple(made)


def _behind_exit(scope: Scope, key: Scalar, left: Scalar) -> None:
    """Report an action that is never reached, as `exit` at `left` leaves its flow before."""
    message = tr("{key} is behind  exit,  which has left this flow already", key=quoted(key.value))
    scope.wrong(
        key,
        "after-exit",
        message,
        tr("put  exit  last"),
        note=tr("left at {place}", place=str(place_of(left))),
    )


def _step(scope: Scope, kind: str, key: Scalar, value: Node) -> Step | None:
    if kind in ON_PAGES and (scope.where.flow is None or not scope.where.flow.page):
        message = tr("{kind} belongs to a flow that has a page", kind=quoted(kind))
        hint = tr("write  page: true  into the flow") if scope.where.flow else tr("start a flow that does it")
        scope.wrong(key, "action-not-here", message, hint)
        return None
    return _readers()[kind](scope, key, value)


def leaves_itself(scope: Scope, step: Step) -> bool:
    """Whether a step leaves the flow in which it is written."""
    flow = scope.where.flow
    return flow is not None and step.leaves(flow.name)


def _send_messages(scope: Scope, key: Scalar, node: Node) -> Step:
    """`reply` and `push`; `reply: {message: …, or_push: true}` may cost a push where no reply is possible."""
    if isinstance(node, Map) and node.get("message") is not None:
        may_cost = scope.switch(node.get("or_push"))
        return SendMessages(place_of(key), "reply", cards(scope, node.get("message")), may_cost)
    return SendMessages(place_of(key), "reply" if key.value == "reply" else "push", cards(scope, node))


def _show(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`show: …`: a text on the page where the flow runs on one, else in the chat."""
    single = scope.scalar(node)
    return None if single is None else Show(place_of(key), text_card(scope, key, single))


@cache
def _readers() -> Readers:
    """The reader of every action, by its key; built late, as kinds of promotions give theirs."""
    return {
        **DERIVED,
        "reply": _send_messages,
        "push": _send_messages,
        "show": _show,
        **person.READ,
        **conversation.READ,
        **flows.READ,
        **LANGUAGE_PARTS.table(lambda part: part.actions),
    }
