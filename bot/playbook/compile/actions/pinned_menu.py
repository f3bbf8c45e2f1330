"""`pin_menu`, `unpin_menu`."""

from __future__ import annotations

from bot.engine.actions.pinned_menu import PinMenu, UnpinMenu
from bot.engine.compiled.step import Step
from bot.model.translatable import tr
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.times import duration
from bot.playbook.shape.suggest_times import suggest_span
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def _pin_menu(scope: Scope, key: Scalar, node: Node) -> Step | None:
    menu = scope.scalar(node.get("menu") if isinstance(node, Map) else node)
    if menu is None or _for_a_while(scope, menu) or not scope.knows("menus", menu):
        return None
    span = scope.duration(node.get("for")) if isinstance(node, Map) else None
    return PinMenu(place_of(key), menu.value, span)


def _for_a_while(scope: Scope, written: Scalar) -> bool:
    """Report `pin_menu: VIP 七天`, where there is a menu VIP."""
    name, _, rest = written.value.rpartition(" ")
    span = suggest_span(rest)
    if name not in scope.names("menus") or written.value in scope.names("menus") or not duration(span):
        return False
    message = tr("no {thing} is called {name}", thing=tr("rich menu"), name=quoted(written.value))
    value = f"pin_menu: {{menu: {name}, for: {span}}}"
    scope.wrong(written, "unknown-menu", message, tr("to show it for a while write  {value}", value=value))
    return True


def _unpin_menu(scope: Scope, key: Scalar, node: Node) -> Step:
    return UnpinMenu(place_of(key))


READ: Readers = {
    "pin_menu": _pin_menu,
    "unpin_menu": _unpin_menu,
}
