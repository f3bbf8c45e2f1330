"""What a YAML file holds, with the place of everything: texts, lists and maps, not yet interpreted.

Every node has its file and its path there, and so has every object that is compiled from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.model.place import Place

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list indexes (from 0), from the root of a file."""


@dataclass(slots=True, eq=False)
class Scalar:
    """A key or a value as it was written; what type it has is decided by its place, never by its look."""

    value: str
    """Its text, with the values of environment variables filled in."""
    plain: bool
    """Whether it was written without quotes, and on no lines below `|` or `>`."""
    file: str
    """The file's path from the playbook's folder."""
    path: Path
    """Its path from the root; a key has the path of its value."""
    line: int
    """Where it begins; lines and columns count from 1."""
    column: int
    width: int
    """Characters on its first line."""
    start: int
    """Its offsets in the file; `end` is behind it."""
    end: int
    raw: str | None = None
    """The text of the file, where `value` is another."""
    names: tuple[str, ...] = ()
    """The environment variables in it."""
    unset: bool = False
    """`value` is not what is meant (a variable has none, or a comment cut it), which is reported already."""

    @property
    def nothing(self) -> bool:
        """Whether there is no value: the place is empty, or holds YAML's null."""
        return self.plain and self.value in ("", "null", "~") and self.raw is None


@dataclass(slots=True, eq=False)
class List:
    """Nodes one after the other; `flow` where they stand between brackets."""

    file: str
    path: Path
    line: int
    column: int
    flow: bool
    width: int = 1
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Map:
    """Nodes by key, in the order of the file, each with the node of its key."""

    file: str
    path: Path
    line: int
    column: int
    width: int = 1
    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """The node under `key`, `None` where there is none."""
        pair = self.pairs.get(key)
        return None if pair is None else pair[1]


Node: TypeAlias = Scalar | List | Map


def child(node: Node, key: str | int) -> Node:
    """The node one step down; `KeyError` or `IndexError` where there is none."""
    match node, key:
        case Map(pairs=pairs), str():
            return pairs[key][1]
        case List(items=items), int():
            return items[key]
        case _:
            raise KeyError(key)


def at(root: Node, path: Path) -> Node:
    """The node at the end of `path`; `KeyError` or `IndexError` where there is none."""
    for key in path:
        root = child(root, key)
    return root


def at_keys(node: Node | None, *keys: str) -> Node | None:
    """The node at the end of the keys, `None` where there is none."""
    for key in keys:
        node = node.get(key) if isinstance(node, Map) else None
    return node


def plain(node: Node) -> Any:
    """The node as plain data: dicts, lists, texts, and `None` where there is no value."""
    match node:
        case Scalar():
            return None if node.nothing else node.value
        case List(items=items):
            return [plain(item) for item in items]
        case Map(pairs=pairs):
            return {key: plain(value) for key, (_, value) in pairs.items()}


def as_it_looks(node: Node, number: re.Pattern[str]) -> Any:
    """The node as the JSON that it looks like: plain `true`, `null` and numbers, as this pattern has them."""
    if isinstance(node, Map):
        return {key: as_it_looks(value, number) for key, (_, value) in node.pairs.items()}
    if isinstance(node, List):
        return [as_it_looks(item, number) for item in node.items]
    if node.nothing:
        return None
    if node.plain and node.value in ("true", "false"):
        return node.value == "true"
    if node.plain and number.fullmatch(node.value):
        return float(node.value) if "." in node.value else int(node.value)
    return node.value


def text_at(node: Map, key: str) -> str:
    """The text under `key`, empty where there is none."""
    value = node.get(key)
    return value.value if isinstance(value, Scalar) else ""


def scalars(node: Node, *, with_keys: bool = False) -> Iterator[Scalar]:
    """All values below `node`, in the order of the file; `with_keys`: each key before what it names."""
    match node:
        case Scalar():
            yield node
        case List(items=items):
            for item in items:
                yield from scalars(item, with_keys=with_keys)
        case Map(pairs=pairs):
            for key, value in pairs.values():
                if with_keys:
                    yield key
                yield from scalars(value, with_keys=with_keys)


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """All values with their paths, which begin with `path`; an empty block or list counts as a value."""
    match node:
        case Map(pairs=pairs) if pairs:
            for name, (_, value) in pairs.items():
                yield from leaves(value, (*path, name))
        case List(items=items) if items:
            for number, item in enumerate(items):
                yield from leaves(item, (*path, number))
        case _:
            yield path, node


def maps(node: Node) -> Iterator[Map]:
    """All maps below `node`, and itself where it is one; in any order."""
    below: list[Node] = [node]
    while below:
        here = below.pop()
        if isinstance(here, List):
            below += here.items
        elif isinstance(here, Map):
            below += [value for _, value in here.pairs.values() if not isinstance(value, Scalar)]
            yield here


def path_text(path: Path) -> str:
    """A path as people read it: `rules[2].do[0].reply`."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


def place_of(node: Node) -> Place:
    """The place of a node."""
    return Place(node.file, node.line, node.column, path_text(node.path))


def key_of(root: Node, path: Path) -> Node:
    """What names the node at `path`: its key; in a list the item itself, or its first key; else the root."""
    if not path:
        return root
    parent = at(root, path[:-1])
    if isinstance(parent, Map) and isinstance(path[-1], str):
        return parent.pairs[path[-1]][0]
    return first_of(child(parent, path[-1]))


def first_of(node: Node) -> Node:
    """The key of a map that is written first, else the node itself: what to underline for the whole."""
    if not isinstance(node, Map):
        return node
    # in the canonical form they stand in another order, and some come from above (the file's `channel`)
    own = [key for key, _ in node.pairs.values() if _begins(key) >= _begins(node)]
    return min(own, key=_begins, default=node)


def _begins(node: Node) -> tuple[int, int]:
    return node.line, node.column
