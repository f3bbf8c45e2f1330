"""New nodes for the long form of what was written short: each has the place of what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.playbook.shape.validator import is_setting
from bot.playbook.shape.words import TEXT, Schema, Word, is_short_or
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

Pairs: TypeAlias = dict[str, tuple[Scalar, Node]]
NodeChange: TypeAlias = Callable[[Node], Node]


def scalar_like(value: str, like: Node) -> Scalar:
    """A text in the place of another node."""
    start, end = (like.start, like.end) if isinstance(like, Scalar) else (0, 0)
    place = like.file, like.path, like.line, like.column
    return Scalar(value, False, *place, like.width, start, end)


def ended(node: Node) -> Node:
    """A text that people read, without the white space at its end; one of nothing else stays."""
    if not isinstance(node, Scalar):
        return node
    text = node.value.rstrip()
    if not text or text == node.value:
        return node
    return replace(node, value=text, raw=None if node.raw is None else node.raw.rstrip())


def block(like: Node, pairs: Pairs) -> Map:
    """A block in the place of another node."""
    return Map(like.file, like.path, like.line, like.column, like.width, pairs)


def only(key: str, value: Node, like: Node) -> Map:
    """A block with one key."""
    return block(like, {key: (scalar_like(key, like), value)})


def listed(like: Node, items: list[Node]) -> List:
    """A list in the place of another node."""
    return List(like.file, like.path, like.line, like.column, False, like.width, items)


def each(node: Node) -> list[Node]:
    """One thing needs no list: its items, or the node itself."""
    return node.items if isinstance(node, List) else [node]


def left_open(node: Node) -> bool:
    """Whether this is `{setting: NAME}` in a flow: it stays until the value is put there."""
    return is_setting(node) and node.path[:1] == ("flows",)


def as_list(node: Node) -> Node:
    """One value where a list may stand: a list of one."""
    return node if isinstance(node, List) or left_open(node) else listed(node, [node])


def list_with(change: NodeChange) -> NodeChange:
    """Makes a list of one thing or of several, each of them changed."""

    def changed(node: Node) -> Node:
        if left_open(node):
            return node
        return listed(node, [item if left_open(item) else change(item) for item in each(node)])

    return changed


def pairs_in_order(
    source: Map, names: Iterable[str], changes: Mapping[str, NodeChange] | None = None
) -> Pairs:
    """Those of the keys that are there, in the order of `names`, some of them changed."""
    ordered: Pairs = {}
    for name in names:
        pair = source.pairs.get(name)
        if pair is not None:
            change = (changes or {}).get(name)
            ordered[name] = pair if change is None or left_open(pair[1]) else (pair[0], change(pair[1]))
    return ordered


def changed(source: Node, changes: Mapping[str, NodeChange]) -> Node:
    """A block with some of its values changed, in its own order; anything else as it is."""
    if not isinstance(source, Map):
        return source
    return block(source, pairs_in_order(source, source.pairs, changes))


def every(change: NodeChange) -> NodeChange:
    """Changes all values of a block."""

    def changed_all(node: Node) -> Node:
        if not isinstance(node, Map):
            return node
        return block(
            node,
            {
                name: (key, value if left_open(value) else change(value))
                for name, (key, value) in node.pairs.items()
            },
        )

    return changed_all


@dataclass(eq=False, repr=False)
class LongForms:
    """Derives from the schema of a value what puts it into its long form."""

    _definitions: Mapping[str, Schema]
    """The definitions that schemas refer to, by name."""
    _by_hand: Mapping[str, NodeChange]
    """For some of them the function that makes the long form, where the schema does not suffice."""
    ends_texts: bool = field(kw_only=True, default=False)
    """Whether texts lose the white space at their end."""

    def of_words(self, words: Mapping[str, Word]) -> dict[str, NodeChange]:
        """For each word that has a short form, what makes it long."""
        return {name: change for name, word in words.items() if (change := self.of(word.value)) is not None}

    def of(self, value: Schema) -> NodeChange | None:
        """What makes such a value long; `None` where it has no short form."""
        if "$ref" in value:
            name = value["$ref"].removeprefix("#/$defs/")
            return self._by_hand.get(name) or self.of(self._definitions[name])
        if "oneOrMore" in value:
            return as_list
        if value == TEXT:
            return ended if self.ends_texts else None
        if is_short_or(value):
            return block_of(value["required"][0])
        if value.get("type") == "array":
            item = self.of(value["items"])
            return None if item is None else list_with(item)
        change = self._of_record(value) if "properties" in value else self._of_names(value)
        return _or_empty(change) if "null" in value.get("type", ()) else change

    def _of_record(self, value: Schema) -> NodeChange | None:
        inner = {key: change for key, of in value["properties"].items() if (change := self.of(of))}
        return (lambda node: changed(node, inner)) if inner else None

    def _of_names(self, value: Schema) -> NodeChange | None:
        """Of a block of names with a value each; the names alone may be a list of them."""
        of = value.get("additionalProperties")
        if not isinstance(of, Mapping):
            return None
        each = None if of == TEXT else self.of(of)  # people read messages; a value keeps its spaces
        if "array" in value["type"]:
            return _names_or_block(each or (lambda node: node))
        return None if each is None else every(each)


def _or_empty(change: NodeChange | None) -> NodeChange:
    """Nothing is a block without keys."""

    def long(node: Node) -> Node:
        whole = node if isinstance(node, Map) else block(node, {})
        return whole if change is None else change(whole)

    return long


def _names_or_block(inner: NodeChange) -> NodeChange:
    def long(node: Node) -> Node:
        return every(inner)(node) if isinstance(node, Map) and not left_open(node) else as_list(node)

    return long


def block_of(key: str) -> NodeChange:
    """A text alone is a block with that key."""
    return lambda node: only(key, node, node) if isinstance(node, Scalar) else node
