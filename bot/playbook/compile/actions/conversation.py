"""Readers of the actions about conversations (`hand_over`, `hand_back`, `loading`) and of `call`, which calls
another system; those whose value the shape alone cannot read."""

from __future__ import annotations

from bot.engine.actions.conversation import HandBack, Loading
from bot.engine.actions.hooks import Call
from bot.engine.compiled.step import Step
from bot.model.translatable import tr
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import SWITCH, Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Node, Scalar, place_of


def _hand_over(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`hand_over: 請看上方對話`; warns of `true` or `false`, which would be the note for staff."""
    if isinstance(node, Scalar) and node.plain and node.value in SWITCH:
        message = tr(
            "staff would read {text}: what stands here is the note for them", text=quoted(node.value)
        )
        scope.wrong(node, "bad-value", message, tr("write  hand_over: 請看上方對話"), level="warning")
    return DERIVED["hand_over"](scope, key, node)


def _hand_back(scope: Scope, key: Scalar, node: Node) -> Step:
    """`hand_back: served`."""
    return HandBack(place_of(key), served=scope.text(node) == "served")


def _loading(scope: Scope, key: Scalar, node: Node) -> Step:
    """`loading: 20s`: the seconds of LINE's loading animation."""
    return Loading(place_of(key), int(scope.text(node).removesuffix("s")))


def _call(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`call: order_system`; checks here what the hook's body needs."""
    call = DERIVED["call"](scope, key, node)
    if isinstance(call, Call):
        scope.use(scope.book.hook_needs.get(call.hook, ()), node)
    return call


READ: Readers = {"hand_over": _hand_over, "hand_back": _hand_back, "loading": _loading, "call": _call}
"""By the action's key. Exported to `steps`."""
