"""Collects the names that a playbook declares, by section, so that references can be checked; also the tags
that something adds, and the attributes that actions set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.model.promotions import kinds
from bot.model.screen import MEMBER_CARD, UNBIND
from bot.playbook.shape.actions import ADDING_TAGS
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.playbook.shape.promotions import named_kinds
from bot.playbook.shape.sections import Section
from bot.playbook.shape.suggest_words import unquoted_values
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

EVERYONE = "everyone"
"""The audience of all contacts, which needs no declaration."""
NOTHING: frozenset[str] = frozenset()
"""No placeholder is known to have a value."""
SETTING = ("set", "increase")
"""Actions after which an attribute has a value."""
PAGE_OF: Mapping[str, str] = {
    MEMBER_CARD: MEMBER_CARD,
    **{kind.page: kind.section for kind in kinds()},
}
"""By built-in page: the section that makes it."""


def known_names(
    root: Map, flows: Mapping[str, Map], left_out: Sequence[tuple[str, Node]] = ()
) -> dict[Section, frozenset[str]]:
    """By section: all names. `flows` are the flows with their settings put in, `left_out` the parts that were
    refused, which may add tags."""
    known: dict[Section, frozenset[str]] = {}
    for section in named_kinds():
        known[section] = frozenset(_keys(root.get(section)))
    known["menus"] = frozenset(_menus(root.get("rich_menus")))
    known["audiences"] |= {EVERYONE}
    if root.get("privacy") is not None:
        known["cards"] |= {PRIVACY_NOTICE}
    pages = {name for name, flow in flows.items() if is_on(flow.get("page"))}
    built_in = {UNBIND, *(page for page, section in PAGE_OF.items() if root.get(section) is not None)}
    known["pages"] = frozenset(pages) | known["forms"] | built_in
    known["tags"] |= frozenset(tag for node in (root, *flows.values()) for tag in _added(node))
    known["tags"] |= frozenset(tag for section, node in left_out for tag in _added_in(section, node))
    return known


def is_on(node: Node | None) -> bool:
    """Whether a switch, or a block in its place, is on."""
    return node is not None and not (isinstance(node, Scalar) and node.value != "true")


def set_by(do: Node | None) -> frozenset[str]:
    """The placeholders of attributes that have a value after these actions."""
    return (
        frozenset(name for action in do.items for name in set_by_action(action))
        if isinstance(do, List)
        else NOTHING
    )


def set_by_action(action: Node) -> frozenset[str]:
    """The placeholders of attributes that have a value after one action. Not of a value with a placeholder,
    which may be empty."""
    if not isinstance(action, Map):
        return NOTHING
    found = set[str]()
    for kind, (_, values) in action.pairs.items():
        for name, (_, value) in values.pairs.items() if isinstance(values, Map) and kind in SETTING else ():
            if isinstance(value, Scalar) and "{{" not in value.value:
                found.add(f"attribute.{name}")
    return frozenset(found)


def _keys(node: Node | None) -> Iterator[str]:
    if isinstance(node, Map):
        yield from node.pairs


def _menus(node: Node | None) -> Iterator[str]:
    """The names of the rich menus."""
    if isinstance(node, List):
        for item in node.items:
            name = item.get("menu") if isinstance(item, Map) else None
            if isinstance(name, Scalar):
                yield name.value


def _added(node: Node) -> Iterator[str]:
    """The tags that anything below a node adds: actions, links, broadcasts, choices, yes/no fields of
    shops."""
    if isinstance(node, List):
        for item in node.items:
            yield from _added(item)
    if not isinstance(node, Map):
        return
    for key, (_, value) in node.pairs.items():
        if key in ADDING_TAGS:
            yield from _texts(value)
        elif key == "save" and isinstance(value, Scalar) and value.value == "tags":
            answer = node.get("answer")
            yield from _texts(answer.get("of") if isinstance(answer, Map) else answer)
        elif key == "shops" and isinstance(value, Map):
            for _, shop in value.pairs.values():
                yield from _keys(shop.get("tags") if isinstance(shop, Map) else None)
        elif key not in ("flex", "settings"):
            yield from _added(value)


def _added_in(section: str, node: Node) -> Iterator[str]:
    """The tags that a refused section, or a refused entry of one, would add."""
    yield from _added(node)
    if section == "shops" and isinstance(node, Map):
        for shop in (node, *(inner for _, inner in node.pairs.values())):
            yield from _keys(shop.get("tags") if isinstance(shop, Map) else None)


def _texts(node: Node | None) -> Iterator[str]:
    """The texts of a node. One that looks like several, which is reported elsewhere, gives those, too."""
    if isinstance(node, Scalar):
        yield node.value
        yield from unquoted_values(node)
    if isinstance(node, List):
        for item in node.items:
            yield from _texts(item)
