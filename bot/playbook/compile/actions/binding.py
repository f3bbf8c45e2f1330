"""The person's bindings: one-time codes, members of the shop, clerks; bound, read anew and unbound."""

from __future__ import annotations

from bot.engine.actions.clerks import AskClerk, CheckClerkCode
from bot.engine.actions.codes import AskForCode, TryCode
from bot.engine.actions.members import AskMember, AskMove, AskRegistration, BindMember, Refresh, Unbind
from bot.engine.compiled.step import Operand, Step
from bot.model.translatable import tr
from bot.playbook.compile.actions.readers import Reader, Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.similar import not_one_of
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def _send_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    phone = operand(scope, node, "text", "send_code")
    return None if phone is None else AskForCode(place_of(key), phone)


def _check_code(scope: Scope, key: Scalar, node: Node) -> Step | None:
    code = operand(scope, node, "text", "check_code")
    return None if code is None else TryCode(place_of(key), code)


def _find_member(scope: Scope, key: Scalar, node: Node) -> Step | None:
    match scope.text(node):
        case "shop" | "none" | "line" as how:
            return AskMember(place_of(key), how)
        case other:
            scope.wrong(node, "bad-value", not_one_of(other, ("shop", "none", "line")))
            return None


def _move_member(scope: Scope, key: Scalar, node: Node) -> Step:
    birthday: Operand | None = None
    if isinstance(node, Map) and (given := node.get("birthday")) is not None:
        birthday = operand(scope, given, "date", "birthday")
    return AskMove(place_of(key), birthday)


def _register_member(scope: Scope, key: Scalar, node: Node) -> Step:
    name: Operand | None = None
    if isinstance(node, Map) and (given := node.get("name")) is not None:
        name = operand(scope, given, "text", "name")
    return AskRegistration(place_of(key), name)


def _bind_member(scope: Scope, key: Scalar, node: Node) -> Step:
    return BindMember(place_of(key), isinstance(node, Map) and scope.switch(node.get("keep_tags")))


def _refresh(scope: Scope, key: Scalar, node: Node) -> Step:
    return Refresh(place_of(key))


def _unbind(scope: Scope, key: Scalar, node: Node) -> Step:
    return Unbind(place_of(key), "clerk" if scope.text(node) == "clerk" else "phone")


def _clerk_reader(step: type[AskClerk] | type[CheckClerkCode], action: str) -> Reader:
    def read(scope: Scope, key: Scalar, node: Node) -> Step | None:
        if not isinstance(node, Map) or (given := node.get("code")) is None:
            needs = tr('"{action}" needs a code', action=action)
            scope.wrong(node, "missing-key", needs, tr("write  {action}: {code: …}", action=action))
            return None
        code = operand(scope, given, "text", "code")
        return None if code is None else step(place_of(key), code, scope.switch(node.get("rebind")))

    return read


CLERKS: Readers = {
    step.asks.action: _clerk_reader(step, step.asks.action) for step in (AskClerk, CheckClerkCode)
}
"""What binds the person to a clerk."""
ON_PAGES: Readers = {
    "send_code": _send_code,
    "check_code": _check_code,
    "find_member": _find_member,
    "register_member": _register_member,
    "move_member": _move_member,
    "bind_member": _bind_member,
    **CLERKS,
}
"""What belongs to a flow with a page (language, 8.3)."""
READ: Readers = {**ON_PAGES, "refresh_member": _refresh, "unbind": _unbind}
