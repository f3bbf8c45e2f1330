"""Readers of the actions that start and leave flows (`start`, `exit`), raise signals (`raise`), and give the
result of a flow (`result`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.actions.flows import ExitFlow, Raise, StartFlow
from bot.engine.compiled.step import GiveResult, Operand, Step
from bot.engine.types.table import TYPES
from bot.model.translatable import Translatable, row, tr
from bot.model.value import Type
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import operand
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, at_keys, place_of

EVERYTHING = "everything"
"""`exit: everything` leaves all flows that the contact is in."""


def _start(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`start: {flow: order_lookup, with: {…}}`."""
    name = scope.scalar(at_keys(node, "flow"))
    if name is None or not scope.has_name("flows", name):
        return None
    flow, of = scope.book.flows.get(name.value), tr("the flow {name}", name=quoted(name.value))
    inputs = {} if flow is None else flow.inputs
    return StartFlow(place_of(key), name.value, typed_values(scope, name, node, inputs, of, "with"))


def _raise(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`raise: {signal: parcel_arrived, values: {…}}`."""
    name = scope.scalar(at_keys(node, "signal"))
    if name is None or not scope.has_name("signals", name):
        return None
    fields, of = scope.book.signals.get(name.value, {}), tr("the signal {name}", name=quoted(name.value))
    return Raise(place_of(key), name.value, typed_values(scope, name, node, fields, of, "values"))


def typed_values(
    scope: Scope, name: Scalar, node: Node, wanted: Mapping[str, Type], of: Translatable, key: str
) -> tuple[tuple[str, Type, Operand], ...]:
    """The values for the inputs of a flow or the fields of a signal, each as (name, type, value).

    Reports those that are missing, unknown or of another type. `name` is the node that names the flow or
    signal, `wanted` what it declares, `of` its words for messages, `key` the key of `node` that holds the
    values.
    """
    values: list[tuple[str, Type, Operand]] = []
    written = set()
    for field, value in scope.pairs(at_keys(node, key)):
        written.add(field.value)
        type_ = wanted.get(field.value)
        if type_ is None:
            message = tr("{of} has no {field}", of=of, field=quoted(field.value))
            if wanted:
                message = tr(
                    "{of} has no {field}, it has {known}", of=of, field=quoted(field.value), known=row(wanted)
                )
            scope.wrong(field, "unknown-field", message, hint_for(field.value, wanted))
            continue
        worth = operand(scope, value, type_, field.value)
        values += [(field.value, type_, worth)] if worth is not None else []
    missing = {field: type_ for field, type_ in wanted.items() if field not in written}
    if missing:
        paste = ", ".join(f"{field}: {TYPES[type_].example}" for field, type_ in missing.items())
        scope.wrong(
            name,
            "inputs-missing",
            tr("{of} needs {missing}", of=of, missing=row(missing)),
            tr("add  {key}: {{paste}}  with the right values", key=key, paste=paste),
        )
    return tuple(values)


def _exit(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`exit: skin_quiz`, `exit: everything`."""
    if scope.text(node) == EVERYTHING:
        return ExitFlow(place_of(key), None)
    return DERIVED["exit"](scope, key, node)


def _result(scope: Scope, key: Scalar, node: Node) -> Step | None:
    """`result: {trigger: …, do: […]}`: what a flow's page sends to the chat, and what is done then."""
    if scope.where.flow is None or scope.where.kind == "result":
        message = tr("a result belongs to a state of a flow")
        scope.wrong(key, "action-not-here", message, tr("write its actions themselves, such as  reply: …"))
        return None
    assert isinstance(node, Map), node
    name = f"{scope.where.state}#{next(scope.where.results)}"
    return given_result(scope, key, node, name)


def given_result(scope: Scope, key: Scalar, node: Map, name: str) -> GiveResult:
    """A result of a flow or form. `name` is the key under which its actions wait until the page has sent the
    trigger."""
    trigger = node.get("trigger")
    here = scope.put(replace(scope.where, kind="result", ways=(), unclear=False))
    text = None if trigger is None else scope.text(trigger).strip() or None
    return GiveResult(place_of(key), name, text, here.steps(node.get("do")))


READ: Readers = {"start": _start, "exit": _exit, "raise": _raise, "result": _result}
"""By the action's key. Exported to `steps`."""
