"""Forms of LINE's objects in which each part knows the node that says it, so that a fault finds its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.card import (
    Bounded,
    CountedAddress,
    FileAddress,
    LineObject,
    PageAddress,
    Tap,
    WebAddress,
)
from bot.engine.texts.template import Template
from bot.line.objects.spec import ObjectSpec, SpecFault, inside
from bot.playbook.compile.messages.text_lengths import longest_text
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Map, Node, Scalar


@dataclass(frozen=True, slots=True)
class FromNode:
    """A part of a form, the node that says it, and what names that node, if it has a key."""

    node: Node
    form: LineObject
    key: Scalar | None = None


@dataclass(frozen=True, slots=True)
class FormFault:
    """A fault, and what it is about.

    `node` says the part that is wrong, or lacks something; `key` names it, and `name` is LINE's name for it.
    `form` is how the engine has it; `value`, as it is sent, lies in `around`.
    """

    fault: SpecFault
    node: Node
    key: Node
    name: str
    form: LineObject
    value: Any
    around: Any


_LED_NOWHERE: Any = object()
"""What stands in a form for a tap that is reported and left out."""
_ADDRESS = "https://a.b/c"
"""For addresses that are known when a message is sent, and right then."""
_BOX = {"x": 0, "y": 0, "width": 1, "height": 1}


def under(node: Map, key: str, form: LineObject) -> FromNode:
    """A form that says what stands under a key; where nothing does, it is the whole block's."""
    pair = node.pairs.get(key)
    return FromNode(node, form) if pair is None else FromNode(pair[1], form, pair[0])


def taps_under(node: Map, key: str, taps: Iterable[Tap | None]) -> FromNode:
    """The taps below a key; those that led nowhere, `None`, count until LINE's bounds are looked at."""
    return under(node, key, [_LED_NOWHERE if tap is None else tap for tap in taps])


def alone(form: LineObject) -> LineObject:
    """The form as the engine has it: without nodes, and without taps that led nowhere."""
    if isinstance(form, FromNode):
        return alone(form.form)
    if isinstance(form, dict):
        return {key: alone(value) for key, value in form.items()}
    if isinstance(form, list):
        return [alone(value) for value in form if value is not _LED_NOWHERE]
    return form


def as_sent(scope: Scope, form: LineObject) -> Any:
    """LINE's JSON of a form, with the longest that is known for each placeholder.

    Taps are looked at where they are made: here another stands for them, and for those that lead nowhere.
    """
    match form:
        case FromNode():
            return as_sent(scope, form.form)
        case dict():
            return {key: as_sent(scope, value) for key, value in form.items()}
        case list():
            return [as_sent(scope, value) for value in form]
        case Bounded():
            return longest_text(scope, form.text, form.unit)
        case Template():
            return longest_text(scope, form, "utf16")
        case WebAddress():
            begin = "" if isinstance(form.text.parts[0], str) else _ADDRESS
            return begin + longest_text(scope, form.text, "utf16")
        case CountedAddress():
            return as_sent(scope, form.to)
        case PageAddress() | FileAddress():
            return _ADDRESS
        case Tap():
            return _any_tap(form.action)
        case _:
            return _any_tap({}) if form is _LED_NOWHERE else form


def _any_tap(action: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "message", "label": "-", "text": "-", "area": action.get("area", _BOX)}


def fault_of(form: LineObject, sent: Any, fault: SpecFault, node: Node) -> FormFault:
    """What a fault of a form is about; `node` says the whole form."""
    at = fault.at if fault.part is None else fault.part
    if fault.wrong == "missing" and isinstance(fault.by, ObjectSpec):
        at = at[:-1]
    key: Node = node
    around = sent
    for number in range(len(at) + 1):
        if number:
            around, sent = sent, inside(sent, at[number - 1])
            form = _below(form, at[number - 1])
        while isinstance(form, FromNode):
            node, key, form = form.node, form.key or form.node, form.form
    names = [step for step in fault.at if isinstance(step, str)]
    return FormFault(fault, node, key, names[-1] if names else "", form, sent, around)


def _below(form: LineObject, step: str | int) -> LineObject:
    match form, step:
        case dict(), str():
            return form.get(step)
        case list(), int():
            return form[step]
        case _:
            return None
