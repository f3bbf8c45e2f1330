"""Actions that bind a phone, a member or a clerk: only in flows that have a page (language, 8.3)."""

from __future__ import annotations

from collections.abc import Callable

from bot.engine import step as steps
from bot.engine.step import Operand, Step
from bot.model.said import say
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.values import operand
from bot.playbook.similar import not_one_of
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def _send_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    phone = operand(scope, node, "text", "send_code")
    return None if phone is None else steps.AskCode(place_of(key), "send_code", phone)


def _check_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    code = operand(scope, node, "text", "check_code")
    return None if code is None else steps.AskCode(place_of(key), "check_code", code)


def _find_member(scope: Scope, key: Scalar, node: Node) -> Step | None:
    match scope.text(node):
        case "shop" | "none" | "line" as how:
            return steps.AskMember(place_of(key), how)
        case other:
            scope.wrong(node, "bad-value", not_one_of(other, ("shop", "none", "line")))
            return None


def _move_member(scope: Scope, key: Scalar, node: Node) -> Step:
    birthday: Operand | None = None
    if isinstance(node, Map) and (asked := node.get("birthday")) is not None:
        birthday = operand(scope, asked, "date", "birthday")
    return steps.AskMove(place_of(key), birthday)


def _bind_member(scope: Scope, key: Scalar, node: Node) -> Step:
    return steps.BindMember(place_of(key), isinstance(node, Map) and scope.switch(node.get("keep_tags")))


def _bind_clerk(scope: Scope, key: Scalar, node: Node) -> Step | None:
    if not isinstance(node, Map) or (given := node.get("code")) is None:
        scope.wrong(
            node, "missing-key", say('"bind_clerk" needs a code'), say("write  bind_clerk: {code: …}")
        )
        return None
    code = operand(scope, given, "text", "code")
    if code is None:
        return None
    return steps.AskClerk(place_of(key), code, scope.switch(node.get("rebind")))


KINDS_OF_BINDING: dict[str, Callable[[Scope, Scalar, Node], Step | None]] = {
    "send_code": _send_code,
    "check_code": _check_code,
    "find_member": _find_member,
    "move_member": _move_member,
    "bind_member": _bind_member,
    "bind_clerk": _bind_clerk,
}
BINDING = frozenset(KINDS_OF_BINDING)
