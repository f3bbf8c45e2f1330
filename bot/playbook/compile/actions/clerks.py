"""The person is bound to a clerk of the shop."""

from __future__ import annotations

from bot.engine.actions.clerks import AskClerk, CheckClerkCode
from bot.engine.compiled.step import Step
from bot.model.translatable import tr
from bot.playbook.compile.actions.readers import Reader, Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def _reader(step: type[AskClerk] | type[CheckClerkCode], action: str) -> Reader:
    def read(scope: Scope, key: Scalar, node: Node) -> Step | None:
        if not isinstance(node, Map) or (given := node.get("code")) is None:
            needs = tr('"{action}" needs a code', action=action)
            scope.wrong(node, "missing-key", needs, tr("write  {action}: {code: …}", action=action))
            return None
        code = operand(scope, given, "text", "code")
        return None if code is None else step(place_of(key), code, scope.switch(node.get("rebind")))

    return read


READ: Readers = {one.asks.action: _reader(one, one.asks.action) for one in (AskClerk, CheckClerkCode)}
