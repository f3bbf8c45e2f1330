"""Messages as bubbles: ready ones where nothing has to be filled in."""

from __future__ import annotations

from typing import Any

from bot.engine.card import Bounded, Bubble, LineObject, Tap, leaves
from bot.engine.template import Template
from bot.line.objects.limits import ALT, SHOWN_AS_ALT
from bot.line.objects.spec import TextSpec
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.text_lengths import check_length, limited
from bot.playbook.syntax.nodes import Map, Node, Scalar, first_of


def bubble(form: dict[str, LineObject], *, needs_tap: bool = False) -> Bubble:
    """A message; ready where nothing has to be filled in and no tap can be left out."""
    return Bubble(form, _ready(form) if all(map(_is_fixed, leaves(form))) else None, needs_tap)


def _is_fixed(leaf: object) -> bool:
    return isinstance(leaf, Tap) and leaf.page is None and not any(leaves(leaf.action))


def _ready(form: LineObject) -> Any:
    if isinstance(form, dict):
        return {key: _ready(value) for key, value in form.items()}
    if isinstance(form, list):
        return [_ready(value) for value in form]
    return form.action if isinstance(form, Tap) else form


def text_of(scope: Scope, node: Map, key: str, limit: TextSpec) -> LineObject:
    """The text under a key as a form, within LINE's limit; `None` where there is none."""
    value = node.get(key)
    return limited(scope, value, limit) if isinstance(value, Scalar) else None


def alt_of(scope: Scope, node: Map, first: Node | None, first_text: LineObject) -> LineObject:
    """What lists and old devices show: the card's `alt`, else the form of its first text."""
    alt = node.get("alt")
    if isinstance(alt, Scalar):
        return limited(scope, alt, ALT)
    if not isinstance(first, Scalar):
        return first_text
    template = first_text.text if isinstance(first_text, Bounded) else Template((str(first_text),))
    check_length(scope, first, template, SHOWN_AS_ALT)
    return first_text if template.fixed is not None else Bounded(template, ALT.most, ALT.unit, "the alt")


def named(node: Map, key: str) -> Node:
    """The key to underline, or the first one where it is not there."""
    return node.pairs[key][0] if key in node.pairs else first_of(node)
