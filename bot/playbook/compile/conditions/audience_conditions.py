"""Compiles `audience:` conditions: the condition of the audience is put in their place, with the list of
people that it may have. Bounds how large and how deep that becomes."""

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
"""Most single tests in an audience, those of audiences within it included; each is evaluated for every
contact."""
DEEPEST_CONDITION = 40
"""Most levels of nesting of a condition: a filter of MongoDB takes 100, and each of ours becomes two."""
_OPEN = "audiences being compiled"
"""Key of the book's cache: the names of audiences being compiled, outermost first."""
_DONE = "compiled audiences"
"""Key of the book's cache: the conditions of compiled audiences by name."""


def in_audience(scope: Scope, name: Scalar, condition: Callable[[Scope, Node], Condition]) -> Condition:
    """The condition of being in the audience `name`. `condition` compiles the condition in its `if`.

    An audience that contains itself, or too many levels, is reported; the condition is then one that always
    holds.
    """
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
    """The condition itself, if it is within `LARGEST` and `DEEPEST_CONDITION`; else reported, and one that
    always holds. Audiences within it have been checked before."""
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
    """The number of single tests in a condition, and its levels of nesting.

    An audience that is named twice is one object: `known` has the results by `id`, so that it is measured
    once.
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
    """The condition of an audience: its list of people and its `if`, both where it has both."""
    here = scope.put(replace(NOWHERE, without_event=tr("an audience")))
    if not isinstance(node, Map):
        return All(())
    csv, tests = node.get("csv"), node.get("if")
    parts = () if tests is None else (condition(here, tests),)
    if not isinstance(csv, Scalar):
        return parts[0] if parts else All(())
    listed = OnList(place_of(key), list_of(here, key, csv, node.get("column")).people)
    return All((listed, *parts)) if parts else listed
