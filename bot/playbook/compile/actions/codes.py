"""One-time codes are sent and compared."""

from __future__ import annotations

from bot.engine.actions.codes import AskForCode, TryCode
from bot.engine.compiled.step import Step
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.syntax.nodes import Node, Scalar, place_of


def _send_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    phone = operand(scope, node, "text", "send_code")
    return None if phone is None else AskForCode(place_of(key), phone)


def _check_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    code = operand(scope, node, "text", "check_code")
    return None if code is None else TryCode(place_of(key), code)


READ: Readers = {"send_code": _send_code, "check_code": _check_code}
