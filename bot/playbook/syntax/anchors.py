"""Aliases of YAML, which the language has not: read all the same, as copies of the nodes that they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.playbook.syntax.nodes import List, Map, Node, Scalar

_COPIED = 2_000
"""Nodes that all aliases of one file are copied to, at most: a few lines must not fill the memory.

An alias beyond that is reported, and its value counts as unknown."""


class Anchors:
    """The named nodes of one document, while it is read."""

    def __init__(self) -> None:
        self._named: dict[str, Node] = {}
        self._left = _COPIED

    def note(self, name: str | None, node: Node) -> None:
        """Remember a node under its name, where it has one."""
        if name is not None:
            self._named[name] = node

    def copy(self, name: str | None, still_open: Sequence[Node]) -> Node | None:
        """A copy of the node of an anchor, with its places.

        `None` where no such anchor is known, where its node is still open (it contains this alias), or where
        the limit of copies is reached.
        """
        node = None if name is None else self._named.get(name)
        if node is None or any(node is one for one in still_open):
            return None
        try:
            return self._copied(node)
        except _TooMany:
            return None

    def _copied(self, node: Node) -> Node:
        self._left -= 1
        if self._left < 0:
            raise _TooMany
        match node:
            case Scalar():
                return replace(node)
            case List(items=items):
                return replace(node, items=[self._copied(item) for item in items])
            case Map(pairs=pairs):
                return replace(
                    node,
                    pairs={key: (replace(at), self._copied(value)) for key, (at, value) in pairs.items()},
                )


class _TooMany(Exception):
    """The aliases of a file stand for more than `_COPIED` nodes."""
