"""What is asked of the world: codes, members and clerks, in flows with a page (language, 8.3); web hooks."""

from __future__ import annotations

from bot.engine.actions.asking import AskClerk, AskCode, AskMember, AskMove, BindMember, Call, Refresh, Unbind
from bot.engine.step import Operand, Step
from bot.model.said import say
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.values import operand
from bot.playbook.similar import not_one_of
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def _send_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    phone = operand(scope, node, "text", "send_code")
    return None if phone is None else AskCode(place_of(key), "send_code", phone)


def _check_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    code = operand(scope, node, "text", "check_code")
    return None if code is None else AskCode(place_of(key), "check_code", code)


def _find_member(scope: Scope, key: Scalar, node: Node) -> Step | None:
    match scope.text(node):
        case "shop" | "none" | "line" as how:
            return AskMember(place_of(key), how)
        case other:
            scope.wrong(node, "bad-value", not_one_of(other, ("shop", "none", "line")))
            return None


def _move_member(scope: Scope, key: Scalar, node: Node) -> Step:
    birthday: Operand | None = None
    if isinstance(node, Map) and (asked := node.get("birthday")) is not None:
        birthday = operand(scope, asked, "date", "birthday")
    return AskMove(place_of(key), birthday)


def _bind_member(scope: Scope, key: Scalar, node: Node) -> Step:
    return BindMember(place_of(key), isinstance(node, Map) and scope.switch(node.get("keep_tags")))


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


def _call(scope: Scope, key: Scalar, node: Node) -> Step | None:
    name = scope.scalar(node)
    if name is None or not scope.knows("hooks", name):
        return None
    scope.use(scope.book.hook_needs.get(name.value, ()), name)
    return Call(place_of(key), name.value)


def _unbind(scope: Scope, key: Scalar, node: Node) -> Step:
    return Unbind(place_of(key), "clerk" if scope.text(node) == "clerk" else "phone")


def _refresh(scope: Scope, key: Scalar, node: Node) -> Step:
    return Refresh(place_of(key))


_BINDING: Readers = {
    "send_code": _send_code,
    "check_code": _check_code,
    "find_member": _find_member,
    "move_member": _move_member,
    "bind_member": _bind_member,
    "bind_clerk": _bind_clerk,
}
READ: Readers = {**_BINDING, "call": _call, "refresh_member": _refresh, "unbind": _unbind}
BINDING = frozenset(_BINDING)
"""What belongs to a flow with a page."""
