"""`stop_marketing`, `allow_marketing`."""

from __future__ import annotations

from bot.engine.actions.marketing import SetMarketing
from bot.engine.compiled.step import Step
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Node, Scalar, place_of


def _stop(scope: Scope, key: Scalar, node: Node) -> Step:
    return SetMarketing(place_of(key), False)


def _allow(scope: Scope, key: Scalar, node: Node) -> Step:
    return SetMarketing(place_of(key), True)


READ: Readers = {
    "stop_marketing": _stop,
    "allow_marketing": _allow,
}
