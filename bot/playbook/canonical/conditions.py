"""Conditions, comparisons and hours in their long form."""

from __future__ import annotations

from bot.playbook.canonical.long_nodes import (
    as_list,
    block,
    changed,
    each,
    every,
    listed,
    long_forms,
    only,
    said,
)
from bot.playbook.shape.conditions import CONDITIONS
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


_CHANGES = long_forms(CONDITIONS, {"condition": condition, "comparison": tests, "hours in place": hours})
