"""How a value becomes long, read from the table that says what it may be: a short form is stated once."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playbook.canonical.made import NodeChange, as_list, changed, ended, every, left_open, list_with, only
from bot.playbook.shape.values import TEXT
from bot.playbook.shape.words import Schema, Word, is_short_or, ref
from bot.playbook.syntax.nodes import Map, Node, Scalar


def long_forms(words: Mapping[str, Word], named: Mapping[str, NodeChange]) -> dict[str, NodeChange]:
    """For each word that has a short form, what makes it long; `named` does so for definitions."""
    by_ref = {ref(name)["$ref"]: change for name, change in named.items()}
    found = {name: _long(word.value, by_ref) for name, word in words.items()}
    return {name: change for name, change in found.items() if change is not None}


def _long(value: Schema, named: Mapping[str, NodeChange]) -> NodeChange | None:
    if "$ref" in value:
        return named.get(value["$ref"])
    if "oneOrMore" in value:
        return as_list
    if value == TEXT:
        return ended
    if is_short_or(value):
        return _block_of(value["required"][0])
    if value.get("type") == "array":
        item = _long(value["items"], named)
        return None if item is None else list_with(item)
    return _block(value, named)


def _block(value: Schema, named: Mapping[str, NodeChange]) -> NodeChange | None:
    """Of a block of names with a value each, or of a record; the names alone may be a list of them."""
    if "properties" in value:
        inner = {key: change for key, of in value["properties"].items() if (change := _long(of, named))}
        return (lambda node: changed(node, inner)) if inner else None
    if not isinstance(value.get("additionalProperties"), Mapping):
        return None
    of = value["additionalProperties"]
    each = None if of == TEXT else _long(of, named)  # people read messages; a value keeps its spaces
    if "array" in value["type"]:
        return _names_or_block(each or (lambda node: node))
    return None if each is None else every(each)


def _names_or_block(inner: NodeChange) -> NodeChange:
    def long(node: Node) -> Node:
        return every(inner)(node) if isinstance(node, Map) and not left_open(node) else as_list(node)

    return long


def _block_of(key: str) -> NodeChange:
    """A text alone is a block with that key."""
    return lambda node: only(key, node, node) if isinstance(node, Scalar) else node
