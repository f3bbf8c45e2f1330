"""`audience:` conditions: the audience's own condition in their place, or standing on its frozen list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import OnList
from bot.model.translatable import tr
from bot.playbook.compile.conditions.list_files import list_of
from bot.playbook.compile.scope.known_names import EVERYONE
from bot.playbook.compile.scope.position import NOWHERE
from bot.playbook.compile.scope.scope import DEEPEST, Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of

LARGEST = 1000
"""Single tests in an audience; each is asked of every person."""
DEEPEST_CONDITION = 40
"""Conditions within one another; a filter of MongoDB takes 100 levels, and each is two."""
_OPEN = "audiences being compiled"
_DONE = "compiled audiences"


def in_audience(scope: Scope, name: Scalar, condition: Callable[[Scope, Node], Condition]) -> Condition:
    """The condition of being in an audience; an audience that contains itself is reported."""
    if not scope.has_name("audiences", name) or name.value == EVERYONE:
        return All(())
    open_: list[str] = scope.book.cache.setdefault(_OPEN, [])
    done: dict[str, Condition] = scope.book.cache.setdefault(_DONE, {})
    if name.value in open_:
        around = " → ".join([*open_[open_.index(name.value) :], name.value])
        message = tr("the audience {name} asks for itself: {around}", name=quoted(name.value), around=around)
        scope.wrong(name, "audience-cycle", message, tr("leave one of them out"))
        return All(())
    if name.value not in done:
        if len(open_) >= DEEPEST:
            message = tr("more than {most} audiences ask for one another here", most=DEEPEST)
            scope.wrong(name, "nested-too-deep", message, tr("write its conditions here"))
            return All(())
        key, node = scope.book.section("audiences")[name.value]
        open_.append(name.value)
        done[name.value] = _bounded(scope, key, _compiled(scope, key, node, condition))
        open_.pop()
    return done[name.value]


def _bounded(scope: Scope, key: Scalar, condition: Condition) -> Condition:
    """The condition, if it is not too large to be asked of everybody; those within it have been bounded."""
    tests, depth = _measured(condition, {})
    if depth > DEEPEST_CONDITION:
        message = tr(
            "the conditions of {key} are nested more than {most} deep",
            key=quoted(key.value),
            most=DEEPEST_CONDITION,
        )
        scope.wrong(key, "nested-too-deep", message, tr("ask for fewer audiences within one another"))
        return All(())
    if tests > LARGEST:
        message = tr(
            "the audience {key} asks {tests} things, with all that it refers to",
            key=quoted(key.value),
            tests=f"{tests:,}",
        )
        scope.wrong(
            key,
            "audience-too-large",
            message,
            tr("ask for at most {most}, or use a list:  csv: …", most=f"{LARGEST:,}"),
        )
        return All(())
    return condition


def _measured(condition: Condition, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many single tests a condition holds, and how deep they are nested.

    Audiences that are asked for twice are one object: `known` has what was measured, by identity.
    """
    measure = known.get(id(condition))
    if measure is None:
        match condition:
            case All(parts=parts) | Any(parts=parts):
                within = [_measured(part, known) for part in parts]
            case Not(part=part):
                within = [_measured(part, known)]
            case _:
                return 1, 0
        measure = sum(tests for tests, _ in within), 1 + max((depth for _, depth in within), default=0)
        known[id(condition)] = measure
    return measure


def _compiled(
    scope: Scope, key: Scalar, node: Node, condition: Callable[[Scope, Node], Condition]
) -> Condition:
    here = scope.put(replace(NOWHERE, without_event=tr("an audience")))
    if not isinstance(node, Map):
        return All(())
    csv, tests = node.get("csv"), node.get("if")
    parts = () if tests is None else (condition(here, tests),)
    if not isinstance(csv, Scalar):
        return parts[0] if parts else All(())
    listed = OnList(place_of(key), list_of(here, key, csv, node.get("column")).people)
    return All((listed, *parts)) if parts else listed
