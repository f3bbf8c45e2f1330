"""Readers of actions, derived from the type that `shape` declares for their value; only actions that need
more have a reader of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.compiled.step import Step
from bot.engine.flows.perform import STEPS
from bot.playbook.compile.actions.readers import Reader, Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.shape.actions import ACTIONS
from bot.playbook.shape.words import DURATION, ON, SWITCH, WHOLE, Schema
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of

FIELDS = {"for": "span"}
"""Keys of the playbook whose field in the step has another name."""


def _reader(step: type[Step], fixed: Mapping[str, object]) -> Reader:
    """A reader that makes a step from the value of an action, or from its block, whose keys are the step's
    fields.

    `fixed` are fields that the action's key itself decides. The reader gives `None` where a value that the
    step requires is wrong, which has been reported.
    """

    def read(scope: Scope, key: Scalar, node: Node) -> Step | None:
        made: Callable[..., Step] = step
        declared = ACTIONS[key.value].value
        if declared == ON:
            return made(place_of(key), **fixed)
        if "properties" in declared:
            values = _of_block(scope, declared, node)
            return None if values is None else made(place_of(key), **values, **fixed)
        value = _value(scope, declared, node, key.value)
        return None if value is None else made(place_of(key), value, **fixed)

    return read


def _of_block(scope: Scope, declared: Schema, node: Node) -> dict[str, Any] | None:
    """The fields of a step from a block; `None` where a required one is missing or wrong."""
    written = node.pairs.items() if isinstance(node, Map) else ()
    values = {word: _value(scope, declared["properties"][word], value, word) for word, (_, value) in written}
    if any(values.get(word) is None for word in declared.get("required", ())):
        return None
    return {FIELDS.get(word, word): value for word, value in values.items() if value is not None}


def _value(scope: Scope, declared: Schema, node: Node, name: str) -> Any:
    """A value as it is declared; `None` where it is wrong, which is reported."""
    if "operand" in declared:
        return operand(scope, node, declared["operand"], name)
    if "oneOrMore" in declared:
        section = declared["section"]
        return tuple(one.value for one in scope.scalars(node) if scope.has_name(section, one))
    if declared.get("words") == SWITCH["words"]:
        return scope.switch(node)
    if declared.get("format") in (DURATION["format"], WHOLE["format"]):
        return scope.whole(node) if declared["format"] == WHOLE["format"] else scope.duration(node)
    if "section" in declared:
        return scope.name(declared["section"], node)
    single = scope.scalar(node)
    if single is None or "words" in declared:
        return None if single is None else single.value
    return scope.template(single)


DERIVED: Readers = {word: _reader(step, fixed) for step in STEPS for word, fixed in step.keywords().items()}
"""A reader for the key of each action of the engine."""
