"""Attributes that are known wherever a rule or journey does something: what it was begun by needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.flow import Start
from bot.engine.compiled.rule import OnDate, OnNews, Trigger
from bot.playbook.compile.conditions.conditions import guarantees
from bot.playbook.compile.scope.book import Book
from bot.playbook.compile.scope.where import FlowHere
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, scalars

_ATTRIBUTE = "attribute."


def known_by(triggers: Sequence[Trigger]) -> frozenset[str]:
    """The placeholders that are known when any of these triggers fires, whichever it is."""
    if not triggers:
        return frozenset()
    return frozenset.intersection(*(_known_by(trigger) for trigger in triggers))


def _known_by(trigger: Trigger) -> frozenset[str]:
    match trigger:
        case OnDate(slot=slot):
            return frozenset({f"{_ATTRIBUTE}{slot.partition('.')[2]}"})
        case OnNews(kind="attribute_changed", subjects=(key,), where=where) if any(
            test.field == "new" for test in where
        ):
            return frozenset({f"{_ATTRIBUTE}{key}"})
        case _:
            return frozenset()


def known_within(book: Book, here: FlowHere, start: Start | None) -> frozenset[str]:
    """The attributes that are known to everybody in a journey: it begins by `when` alone, which needs them,
    and no action of the playbook forgets them."""
    if start is None or here.page or here.name in _named_under(book, "start", "run"):
        return frozenset()
    known = known_by(start.when) | guarantees(start.condition)
    forgotten = {_ATTRIBUTE + name for name in _named_under(book, "clear")}
    return frozenset(name for name in known if name.startswith(_ATTRIBUTE)) - forgotten


def _named_under(book: Book, *keys: str) -> frozenset[str]:
    """All texts below these keys, anywhere in the playbook."""
    cached: dict[tuple[str, ...], frozenset[str]] = book.cache.setdefault("named under", {})
    if keys not in cached:
        values = _values_of(book.root, keys)
        cached[keys] = frozenset(scalar.value for value in values for scalar in scalars(value))
    return cached[keys]


def _values_of(node: Node, keys: Sequence[str]) -> Iterator[Node]:
    match node:
        case Scalar():
            return
        case List(items=items):
            for item in items:
                yield from _values_of(item, keys)
        case Map(pairs=pairs):
            for key, (_, value) in pairs.items():
                if key in keys:
                    yield value
                yield from _values_of(value, keys)
