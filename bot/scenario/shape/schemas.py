"""Shapes that the tables of this folder are made of, and those of promotions."""

from __future__ import annotations

from bot.playbook.shape.words import SCALARS, TEXT, Schema, names_to, text

TEXTS: Schema = {
    "type": [*SCALARS, "array"],
    "expected": "a text, or a list of texts",
    "items": TEXT,
}
"""A text or a list of texts, which may be empty: no tags."""
VALUE: Schema = {"type": [*SCALARS, "null"], "expected": "a value"}
"""The value of an attribute; nothing: it is not known."""
PHONE = text("mobile number", "a mobile number")


def named(value: Schema, expected: str) -> Schema:
    """The schema of a block of names of the playbook, each with a value."""
    return names_to(value, "filled", expected, least=1)


def one_named(value: Schema, expected: str) -> Schema:
    """The schema of one name of the playbook with its value."""
    return {**named(value, expected), "maxProperties": 1}
