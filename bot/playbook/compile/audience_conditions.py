"""`audience:` conditions: the audience's own condition in their place, or standing on its frozen list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from bot.engine.condition import All, Condition, OnList
from bot.playbook.compile.known_names import EVERYONE
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.where import NOWHERE
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of

_OPEN = "audiences being compiled"
_DONE = "compiled audiences"


def in_audience(scope: Scope, name: Scalar, condition: Callable[[Scope, Node], Condition]) -> Condition:
    """That somebody is in an audience; one that is asked for within itself is reported."""
    if not scope.knows("audiences", name) or name.value == EVERYONE:
        return All(())
    open_: list[str] = scope.book.cache.setdefault(_OPEN, [])
    done: dict[str, Condition] = scope.book.cache.setdefault(_DONE, {})
    if name.value in open_:
        around = " → ".join([*open_[open_.index(name.value) :], name.value])
        message = f"the audience {shown(name.value)} asks for itself: {around}"
        scope.wrong(name, "audience-cycle", message, "leave one of them out")
        return All(())
    if name.value not in done:
        key, node = scope.book.section("audiences")[name.value]
        open_.append(name.value)
        done[name.value] = _compiled(scope, key, node, condition)
        open_.pop()
    return done[name.value]


def _compiled(
    scope: Scope, key: Scalar, node: Node, condition: Callable[[Scope, Node], Condition]
) -> Condition:
    here = Scope(scope.book, replace(NOWHERE, asked_at_any_time="an audience"))
    if not isinstance(node, Map):
        return All(())
    csv, asked = node.get("csv"), node.get("if")
    if isinstance(csv, Scalar):
        return OnList(place_of(key), f"{key.value}@{frozen(here, csv)}")
    return All(()) if asked is None else condition(here, asked)


def frozen(scope: Scope, csv: Scalar) -> str:
    """The first signs of the sha256 of a list: people stand on this version of it."""
    path = scope.file(csv)
    return sha256(path.read_bytes() if path else b"").hexdigest()[:12]
