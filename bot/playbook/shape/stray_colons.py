"""A colon that is not what it looks like: a full-width one behind a key, or one within a text."""

from __future__ import annotations

import re

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.shape.found import Found, problem_on
from bot.playbook.syntax.nodes import Map, Scalar

_KEY_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What a text most likely means where a block is expected."""


def is_words(key: Scalar) -> bool:
    """Whether a key is the beginning of a text with a colon in it; what is quoted is meant as a key."""
    return key.plain and not _KEY_LIKE.fullmatch(key.value)


def colon_in_text(place: Found) -> Problem:
    """A text with `: ` in it, which YAML reads as a key."""
    node = place.node
    first = next(iter(node.pairs.values()))[0] if isinstance(node, Map) and node.pairs else node
    message = say('this text contains ": ", put it in quotes')
    return problem_on(first, "colon-in-text", message, say('write the whole text as "…: …"'))


def wide_colon(place: Found, key: str) -> Problem:
    """A text that was to be a key and its value."""
    hint = say('write "{key}: " with a half-width colon and a space', key=key)
    return place.on_value(
        "full-width-colon", say('the colon after "{key}" is a full-width one', key=key), hint
    )


def wide_colon_in_key(place: Found, key: str, meant: str) -> Problem:
    """A key that has the colon, and more, in it; `meant` is what stands before."""
    hint = say('write "{meant}: " with a half-width colon and a space', meant=meant)
    message = say('the colon after "{meant}" is a full-width one', meant=meant)
    return place.on_child(key, "full-width-colon", message, hint)
