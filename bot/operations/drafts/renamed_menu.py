"""A rich menu under another name: all places of a playbook that name it (G1, L8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import inline

_PIN = "pin_menu"
_NAMING = frozenset({"menu", _PIN})
"""Keys behind which a menu is named: those of actions and of scenarios."""


def places_renamed(sources: Mapping[str, str], old: str, new: str) -> Mapping[str, str]:
    """The texts of the files that name the menu, beside the entry of the menu itself, with its new name."""
    found = {}
    for file, text in sources.items():
        changed = text
        for start, end in sorted(set(_named(file, text, old)), reverse=True):
            changed = changed[:start] + inline(new) + changed[end:]
        if changed != text:
            found[file] = changed
    return found


def is_pinned(sources: Mapping[str, str], name: str) -> bool:
    """Whether anything pins the menu to people, who have it by this name."""
    roots = ((text, parsed(SourceFile(file, text)).root) for file, text in sources.items() if _PIN in text)
    return any(
        one.value == name for _, root in roots if root is not None for one in _naming(root, frozenset({_PIN}))
    )


def _named(file: str, text: str, name: str) -> Iterator[tuple[int, int]]:
    """From where to where the name stands."""
    root = parsed(SourceFile(file, text)).root if name in text else None
    if root is not None:
        yield from ((one.start, one.end) for one in _naming(root, _NAMING) if one.value == name)


def _naming(node: Node, keys: frozenset[str]) -> Iterator[Scalar]:
    """What stands behind these keys, and not below `rich_menus`, where menus are declared."""
    if isinstance(node, List):
        for item in node.items:
            yield from _naming(item, keys)
    if not isinstance(node, Map):
        return
    for key, (_, value) in node.pairs.items():
        if key == "rich_menus":
            continue
        if key in keys:
            yield from _names(value)
        yield from _naming(value, keys)


def _names(value: Node) -> Iterator[Scalar]:
    """`VIP`, `{menu: VIP, for: 7d}`, and a scenario's `{VIP: a tab}`."""
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Map) and "menu" in value.pairs:
        menu = value.get("menu")
        yield from [menu] if isinstance(menu, Scalar) else []
    elif isinstance(value, Map):
        yield from (key for key, _ in value.pairs.values())
