"""Which version a playbook is: a hash of its canonical form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from bot.playbook.syntax.nodes import List, Map, Node, Scalar

_IN_ORDER = frozenset({"flows", "states", "tabs"})
"""Blocks of names whose order means something: journeys start in it, states and tabs begin with the first."""


def version_of(root: Map, lists: Iterable[str] = ()) -> str:
    """The sha256 (hexadecimal) of a canonical document, and of the `lists` (`name@sha`) that it names.

    Comments, positions, files and shorthands do not change it. Settings are taken as they stand in the files,
    with their `${NAME}`: all machines that run a playbook agree, and no secret goes into it.
    """
    text = json.dumps(as_data(root), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    whole = "\n".join((text, *lists))
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def as_data(node: Node) -> Any:
    """What a part of a canonical document says, as JSON: where it stands is no part of it."""
    match node:
        case Scalar():
            return source_text(node)
        case List(items=items):
            return [as_data(item) for item in items]
        case Map(pairs=pairs):
            if _ordered(node):
                return [[name, as_data(value)] for name, (_, value) in pairs.items()]
            return {name: as_data(value) for name, (_, value) in pairs.items()}


def source_text(node: Scalar) -> str | None:
    """A value as it stands in its file; `None` where none does."""
    if node.nothing:
        return None
    return node.value if node.raw is None else node.raw


def _ordered(block: Map) -> bool:
    path = block.path
    if len(path) == 2 and path[0] == "splits":
        return True
    return len(path) in (1, 3) and path[-1] in _IN_ORDER and path[0] in ("flows", "rich_menus")
