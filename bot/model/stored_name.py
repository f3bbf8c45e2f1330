"""Fields that stand in the inbox by another name than in the program: what was written before has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field
from typing import Any

_KEY = "stored"


FLAT: Mapping[str, str] = {"flat": "yes"}
"""The metadata of a mapping whose items stand in the inbox as if they were fields."""


def is_flat(field: Field[Any]) -> bool:
    """Whether it is one."""
    return "flat" in field.metadata


def stored_as(name: str) -> Mapping[str, str]:
    """The metadata of such a field."""
    return {_KEY: name}


def stored_name(field: Field[Any]) -> str:
    """By which name this field stands in the inbox."""
    name: str = field.metadata.get(_KEY, field.name)
    return name
