"""A member is looked for, bound, read anew and unbound."""

from __future__ import annotations

from bot.engine.actions.members import AskMember, AskMove, AskRegistration, BindMember, Refresh, Unbind
from bot.engine.compiled.step import Operand, Step
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.similar import not_one_of
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


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


def _register_member(scope: Scope, key: Scalar, node: Node) -> Step:
    name: Operand | None = None
    if isinstance(node, Map) and (asked := node.get("name")) is not None:
        name = operand(scope, asked, "text", "name")
    return AskRegistration(place_of(key), name)


def _bind_member(scope: Scope, key: Scalar, node: Node) -> Step:
    return BindMember(place_of(key), isinstance(node, Map) and scope.switch(node.get("keep_tags")))


def _refresh(scope: Scope, key: Scalar, node: Node) -> Step:
    return Refresh(place_of(key))


def _unbind(scope: Scope, key: Scalar, node: Node) -> Step:
    return Unbind(place_of(key), "clerk" if scope.text(node) == "clerk" else "phone")


BINDING: Readers = {
    "find_member": _find_member,
    "register_member": _register_member,
    "move_member": _move_member,
    "bind_member": _bind_member,
}
"""What makes a binding."""
READ: Readers = {**BINDING, "refresh_member": _refresh, "unbind": _unbind}
