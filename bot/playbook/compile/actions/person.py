"""Readers of the actions that change a contact: its attributes (`set`, `increase`, `clear`), its tags
(`add_tags`), the rich menu that is pinned for it (`pin_menu`)."""

from __future__ import annotations

from bot.engine.actions.attributes import ClearAttributes, Increase, SetAttributes
from bot.engine.actions.tags import AddTags
from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.compiled.step import Step
from bot.engine.types.plain import number_of
from bot.engine.types.table import TYPES
from bot.model.translatable import tr
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused, unknown
from bot.playbook.compile.times import duration
from bot.playbook.compile.values.values import added_tags, operand
from bot.playbook.hints import write
from bot.playbook.shape.suggest_times import suggest_span
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def own_attribute(scope: Scope, name: Scalar) -> AttributeInfo | None:
    """The declared attribute of this name; `None`, and reported, where there is none or a shop owns it and
    takes no changes."""
    info = scope.book.attributes.get(name.value)
    if info is None:
        if not is_refused(scope.book, "attributes", name.value):
            of = "number" if "increase" in name.path else "text"
            scope.fault(name, unknown(scope.book, "attributes", name.value, scope.book.attributes, of))
        return None
    if not info.writable:
        message = tr(
            "{name} belongs to the shop {shop}, which would take it back",
            name=quoted(name.value),
            shop=quoted(info.shop or ""),
        )
        hint = tr("where the shop can be told, map it as  {name}: {from: …, write: true}", name=name.value)
        scope.wrong(name, "attribute-of-shop", message, hint)
        return None
    return info


def _set(scope: Scope, key: Scalar, node: Node) -> Step:
    """`set: {skin: 乾性}`, as (key, slot in the database, type, value) of each."""
    values = []
    for name, value in scope.pairs(node):
        info = own_attribute(scope, name)
        if info is not None:
            worth = operand(scope, value, info.type, info.key, info.values)
            values += [(info.key, info.slot, info.type, worth)] if worth is not None else []
    return SetAttributes(place_of(key), tuple(values))


def _increase(scope: Scope, key: Scalar, node: Node) -> Step:
    """`increase: {visits: 1}`, as (key, slot in the database, number) of each."""
    values = []
    for name, value in scope.pairs(node):
        info = own_attribute(scope, name)
        single = scope.scalar(value)
        if info is None or single is None:
            continue
        number = number_of(single.value)
        if info.type != "number" or info.private:
            is_ = "private" if info.private else TYPES[info.type].called
            scope.wrong(
                name,
                "type-mismatch",
                tr("{name} is {type}, only numbers are increased", name=quoted(name.value), type=is_),
            )
        elif number is None:
            message = tr("{text} is no number", text=quoted(single.value))
            meant = single.value.removeprefix("+")
            hint = tr("write it such as 1, or -1 to take away")
            if number_of(meant) is not None:
                hint = write(meant)
            scope.wrong(single, "type-mismatch", message, hint)
        else:
            values.append((info.key, info.slot, number))
    return Increase(place_of(key), tuple(values))


def _clear(scope: Scope, key: Scalar, node: Node) -> Step:
    """`clear: skin`."""
    cleared = [info for name in scope.scalars(node) if (info := own_attribute(scope, name)) is not None]
    return ClearAttributes(place_of(key), tuple((info.key, info.slot) for info in cleared))


def _add_tags(scope: Scope, key: Scalar, node: Node) -> Step:
    """`add_tags: [VIP]`."""
    return AddTags(place_of(key), added_tags(scope, node))


def _pin_menu(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`pin_menu: {menu: VIP, for: 7d}`."""
    menu = node.get("menu") if isinstance(node, Map) else None
    is_wrong = isinstance(menu, Scalar) and _for_a_while(scope, menu)
    return None if is_wrong else DERIVED["pin_menu"](scope, key, node)


def _for_a_while(scope: Scope, written: Scalar) -> bool:
    """Report `pin_menu: VIP 七天`, where there is a menu VIP: the duration belongs to the key `for`. True if
    so."""
    name, _, rest = written.value.rpartition(" ")
    span = suggest_span(rest)
    if name not in scope.names("menus") or written.value in scope.names("menus") or not duration(span):
        return False
    message = tr("no {thing} is called {name}", thing=tr("rich menu"), name=quoted(written.value))
    value = f"pin_menu: {{menu: {name}, for: {span}}}"
    scope.wrong(written, "unknown-menu", message, tr("to show it for a while write  {value}", value=value))
    return True


READ: Readers = {
    "add_tags": _add_tags,
    "set": _set,
    "increase": _increase,
    "clear": _clear,
    "pin_menu": _pin_menu,
}
"""By the action's key. Exported to `steps`."""
