"""One text where several were meant: nobody says `地址、怎麼去`, and `add_tags: VIP、老客` is one tag."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.texts.text import fold
from bot.model.said import say
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.shape.formats import RESERVED
from bot.playbook.shape.meant_lists import listed, unquoted_values
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

_SAID = ("send", "trigger", "type")
"""Where a tap, a link or a page has the text that it says for somebody."""
_LONGEST = 100
_TOLD_BEFORE = "，、"
"""A list in brackets that holds one value with such a sign is told where the file is read."""


def check_texts(scope: Scope, key: str, node: Node) -> None:
    """Warn of texts to be heard that look like several, unless a tap says just that."""
    if isinstance(node, Scalar | List):
        for text in _looking_so(scope, node):
            if fold(text.value) not in _said_for_people(scope):
                _warn(scope, key, node, text)


def added_tags(scope: Scope, node: Node | None) -> tuple[str, ...]:
    """Tags that are put on: they need not be declared, but must be names that a tag may have."""
    names = tuple(scope.scalars(node))
    for name in names:
        if name.value in RESERVED:
            message = say("{name} means something already", name=shown(name.value))
            scope.wrong(name, "reserved-name", message, say("choose another name"))
    if node is not None:
        for name in _looking_so(scope, node):
            nested = "/" in name.value or "／" in name.value  # 興趣/保養 is how some sort their tags
            if name.value not in scope.book.section("tags") and not nested:
                _warn(scope, "add_tags", node, name)
    return tuple(name.value for name in names)


def _looking_so(scope: Scope, node: Node) -> Iterator[Scalar]:
    items = node.items if isinstance(node, List) else [node]
    for item in items:
        if isinstance(item, Scalar) and _values(scope, item):
            in_brackets = isinstance(node, List) and node.flow
            if not (in_brackets and len(items) == 1 and any(sign in item.value for sign in _TOLD_BEFORE)):
                yield item


def _warn(scope: Scope, key: str, node: Node, text: Scalar) -> None:
    """Report it, with the whole list as it was meant."""
    message = say("{text} is taken as one, with all its signs", text=shown(text.value))
    items = node.items if isinstance(node, List) else [node]
    meant = [
        one for item in items if isinstance(item, Scalar) for one in _values(scope, item) or (item.value,)
    ]
    hint = say("for several write  {key}: {listed};  for one put it in quotes", key=key, listed=listed(meant))
    scope.wrong(text, "list-without-brackets", message, hint, level="warning")


def _values(scope: Scope, item: Scalar) -> tuple[str, ...]:
    """What was meant by a text that looks like several, or that stands in several lines."""
    folded = item.plain and not item.unset and " " in item.value and scope.book.find(item.value, item) is None
    return tuple(item.value.split()) if folded and len(item.value) <= _LONGEST else unquoted_values(item)


def _said_for_people(scope: Scope) -> frozenset[str]:
    """What taps, links and pages say in somebody's name, as texts are compared."""
    cache = scope.book.cache
    if "said for people" not in cache:
        cache["said for people"] = frozenset(map(fold, _said_in(scope.book.root)))
    found: frozenset[str] = cache["said for people"]
    return found


def _said_in(node: Node) -> Iterator[str]:
    match node:
        case List(items=items):
            for item in items:
                yield from _said_in(item)
        case Map(pairs=pairs):
            for key, (_, value) in pairs.items():
                if key in _SAID and isinstance(value, Scalar):
                    yield value.value
                else:
                    yield from _said_in(value)
        case _:
            return
