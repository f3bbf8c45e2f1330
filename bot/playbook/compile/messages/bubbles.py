"""Messages of LINE as the engine sends them (`Bubble`), checked against LINE's limits; with their JSON ready
where nothing depends on the recipient. What all kinds of messages need for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.engine.compiled.card import THE_ALT, Bounded, Bubble, LineObject, Tap, leaves
from bot.line.objects.limits import ALT
from bot.line.objects.messages import message_faults
from bot.line.objects.spec import TextSpec
from bot.playbook.compile.messages.from_nodes import FromNode, under
from bot.playbook.compile.messages.refused_by_line import judged_by
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.messages.text_lengths import limited
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Map, Node, Scalar, first_of

MessageForm: TypeAlias = dict[str, LineObject]
"""A message of LINE in which each part has its node in the playbook, and texts may be templates."""


@dataclass(frozen=True, slots=True)
class MessageMaker:
    """Makes the message of LINE for one kind of card, such as `image`."""

    make: Callable[[Scope, Map, Node, CardTaps], MessageForm | None]
    """Given the card, the value of the kind's key, and the compiler of its taps; gives the message, or `None`
    where there is nothing to send."""
    alt_beside: bool = False
    """Whether `alt` is allowed beside the kind's key."""


def message_bubble(scope: Scope, node: Map, form: MessageForm) -> Bubble:
    """The message for the engine; what LINE would refuse of it is reported."""
    return bubble(judged_by(scope, form, message_faults, node))


def bubble(form: LineObject) -> Bubble:
    """The message for the engine; `ready` where nothing has to be filled in and no tap may be left out."""
    needs_tap = "actions" in form.get("template", form) or "columns" in form.get("template", form)
    return Bubble(form, _ready(form) if all(map(_is_fixed, leaves(form))) else None, needs_tap)


def _is_fixed(leaf: object) -> bool:
    """Whether a leaf of the form is the same for all recipients: a tap without page and placeholder."""
    return isinstance(leaf, Tap) and leaf.page is None and not any(leaves(leaf.action))


def _ready(form: LineObject) -> Any:
    """The JSON of a form of which all leaves are fixed."""
    if isinstance(form, dict):
        return {key: _ready(value) for key, value in form.items()}
    if isinstance(form, list):
        return [_ready(value) for value in form]
    return form.action if isinstance(form, Tap) else form


def text_of(scope: Scope, node: Map, key: str, limit: TextSpec) -> LineObject:
    """The text under a key as a form, to be filled within LINE's limit; `None` where there is none."""
    value = node.get(key)
    return under(node, key, limited(scope, value, limit)) if isinstance(value, Scalar) else None


def alt_of(scope: Scope, node: Map, first: LineObject) -> LineObject:
    """What lists and old devices show: the card's `alt`, else the form of its first text."""
    alt = text_of(scope, node, "alt", ALT)
    if alt is None and isinstance(first, FromNode) and isinstance(first.form, Bounded):
        return FromNode(first.node, Bounded(first.form.text, ALT.most, ALT.unit, THE_ALT))
    return first if alt is None else alt


def named(node: Map, key: str) -> Node:
    """The key to underline, or the first one where it is not there."""
    return node.pairs[key][0] if key in node.pairs else first_of(node)
