"""A web hook is called."""

from __future__ import annotations

from bot.engine.actions.hooks import Call
from bot.engine.compiled.step import Step
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Node, Scalar, place_of


def _call(scope: Scope, key: Scalar, node: Node) -> Step | None:
    name = scope.scalar(node)
    if name is None or not scope.knows("hooks", name):
        return None
    scope.use(scope.book.hook_needs.get(name.value, ()), name)
    return Call(place_of(key), name.value)


READ: Readers = {"call": _call}
