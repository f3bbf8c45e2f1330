"""Conditions, comparisons and hours in their long form."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playbook.canonical.made import (
    Change,
    as_list,
    block,
    changed,
    each,
    every,
    left_open,
    list_with,
    listed,
    only,
    said,
)
from bot.playbook.syntax.nodes import Map, Node, Scalar


def condition(node: Node) -> Node:
    """One condition."""
    return changed(node, _CHANGES)


def asked(source: Map, channel: Node | None = None) -> tuple[Scalar, Node] | None:
    """`if` and `unless` of a block as one condition, behind the `channel:` of its file; with its key."""
    parts: list[Node] = []
    keys: list[Node] = []
    if channel is not None:
        keys.append(channel)
        parts.append(only("channel", as_list(channel), channel))
    if "if" in source.pairs:
        key, node = source.pairs["if"]
        keys.append(key)
        parts += [condition(item) for item in each(node)]
    if "unless" in source.pairs:
        key, node = source.pairs["unless"]
        keys.append(key)
        parts.append(only("not", together(node), key))
    if not parts:
        return None
    key = said("if", keys[0])
    return key, parts[0] if len(parts) == 1 else only("all", listed(parts[0], parts), parts[0])


def together(node: Node) -> Node:
    """One condition of one or several: all of them."""
    parts = [condition(item) for item in each(node)]
    return parts[0] if len(parts) == 1 else only("all", listed(node, parts), node)


def hours(node: Node) -> Node:
    """A list of windows, days, dates or names; or a block of days, each with such a list."""
    return every(as_list)(node) if isinstance(node, Map) else as_list(node)


def tests(node: Node) -> Node:
    """A comparison: a block of tests."""
    if isinstance(node, Map):
        return changed(node, {"is": as_list, "during": hours})
    return block(node, {"is": (said("is", node), as_list(node))})


def _names_or_blocks(inner: Change) -> Change:
    """A list of names, or a block of names with something each."""

    def long(node: Node) -> Node:
        return every(inner)(node) if isinstance(node, Map) and not left_open(node) else as_list(node)

    return long


_LISTS = ("bound", "audience", "channel", "store", "store_group")
_TESTED = ("attribute", "contact", "setting", "answer", "event")
_CHANGES: Mapping[str, Change] = {
    **dict.fromkeys(_LISTS, as_list),
    **dict.fromkeys(_TESTED, every(tests)),
    "tag": _names_or_blocks(lambda since: since),
    "in_flow": _names_or_blocks(as_list),
    "split": every(as_list),
    "during": hours,
    "not": condition,
    "any": list_with(condition),
    "all": list_with(condition),
}
