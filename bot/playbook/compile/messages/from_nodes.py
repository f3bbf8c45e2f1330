"""Ties each part of a message to the node of the playbook that it comes from, so that what LINE would refuse
is reported at its place.

A form is LINE's object as the engine stores it: JSON with templates, taps and addresses in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.card import (
    Bounded,
    CountedAddress,
    FileAddress,
    IfKnown,
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
    """A part of a form with its origin."""

    node: Node
    """The node of the playbook that defines it."""
    form: LineObject
    key: Scalar | None = None
    """The key in front of that node; `None` for an item of a list."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """A fault of a form, with the part that it is about."""

    spec_fault: SpecFault
    node: Node
    """The node of the part that is wrong, or that lacks something."""
    key: Node
    """The key in front of it, or the node itself."""
    name: str
    """LINE's name of the property."""
    form: LineObject
    """The part as the engine has it."""
    value: Any
    """The part as JSON, as it would be sent."""
    around: Any
    """The JSON object or list that contains it."""


_LEFT_OUT: Any = object()
"""In a form: stands for a tap that is wrong, which was reported and is not sent."""
_ADDRESS = "https://a.b/c"
"""For checks: stands for an address that is made when the message is sent, and is valid then."""
_BOX = {"x": 0, "y": 0, "width": 1, "height": 1}
"""For checks: an area of a picture in pixels."""


def under(node: Map, key: str, form: LineObject) -> FromNode:
    """The form of the value under a key, with its node; where the key is not there, that of the whole
    block."""
    pair = node.pairs.get(key)
    return FromNode(node, form) if pair is None else FromNode(pair[1], form, pair[0])


def taps_under(node: Map, key: str, taps: Iterable[Tap | None]) -> FromNode:
    """The taps under a key. A wrong one (`None`) still counts when LINE's limits are checked."""
    return under(node, key, [_LEFT_OUT if tap is None else tap for tap in taps])


def without_nodes(form: LineObject) -> LineObject:
    """The form as the engine has it: without nodes, and without taps that were left out."""
    if isinstance(form, FromNode):
        return without_nodes(form.form)
    if isinstance(form, dict):
        return {key: without_nodes(value) for key, value in form.items()}
    if isinstance(form, list):
        return [without_nodes(value) for value in form if value is not _LEFT_OUT]
    return form


def as_sent(scope: Scope, form: LineObject) -> Any:
    """LINE's JSON of a form, with the longest known value of each placeholder.

    Taps are checked where they are compiled, so a plain one stands for each of them here.
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
        case IfKnown():
            return as_sent(scope, form.form)
        case CountedAddress():
            return as_sent(scope, form.to)
        case PageAddress() | FileAddress():
            return _ADDRESS
        case Tap():
            return _any_tap(form.action)
        case _:
            return _any_tap({}) if form is _LEFT_OUT else form


def _any_tap(action: Mapping[str, Any]) -> dict[str, Any]:
    """A valid action that stands for any tap."""
    return {"type": "message", "label": "-", "text": "-", "area": action.get("area", _BOX)}


def fault_of(form: LineObject, sent: Any, fault: SpecFault, node: Node) -> FormFault:
    """The part of a form that a fault of its JSON is about. `sent` is that JSON, `node` defines the whole
    form."""
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
    """The part of a form under a key or at an index; `None` where there is none."""
    match form, step:
        case dict(), str():
            return form.get(step)
        case list(), int():
            return form[step]
        case _:
            return None
