"""Patterns taken apart: `查訂單 {order_no:digits}` (language, section 4.2)."""

from __future__ import annotations

import re
from typing import get_args

from bot.engine.texts.pattern import Anything, Capture, CaptureType, Pattern

_PART = re.compile(r"\{\s*([a-z][a-z0-9_]*)(?::(\w+))?\s*\}|\*+")
EVERYTHING = Pattern("*", (Anything(),))
"""`any_message`."""


def pattern_of(text: str, *, strict: bool = False) -> Pattern:
    """The pattern of a text whose form has been checked."""
    parts: list[str | Capture | Anything] = []
    end = 0
    for found in _PART.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        parts.append(Anything() if found[1] is None else _capture(found[1], found[2]))
        end = found.end()
    if end < len(text):
        parts.append(text[end:])
    return Pattern(text, tuple(parts), strict)


def _capture(name: str, type_: str | None) -> Capture:
    known: tuple[CaptureType, ...] = get_args(CaptureType)
    return Capture(name, next((one for one in known if one == type_), "any"))
