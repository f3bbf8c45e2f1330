"""The person is bound to a clerk of the shop."""

from __future__ import annotations

from bot.engine.actions.clerks import AskClerk
from bot.engine.compiled.step import Step
from bot.model.said import say
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def _bind_clerk(scope: Scope, key: Scalar, node: Node) -> Step | None:
    if not isinstance(node, Map) or (given := node.get("code")) is None:
        scope.wrong(
            node, "missing-key", say('"bind_clerk" needs a code'), say("write  bind_clerk: {code: …}")
        )
        return None
    code = operand(scope, given, "text", "code")
    if code is None:
        return None
    return AskClerk(place_of(key), code, scope.switch(node.get("rebind")))


READ: Readers = {"bind_clerk": _bind_clerk}
