"""Texts as YAML writes them: without quotes where they can be read no other way, else between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[^\W\d_][\w，。！？、；…～「」『』（）《》]*(?: [\w，。！？、；…～「」『』（）《》]+)*")
"""Begins with a letter, and holds nothing that means anything to YAML, in a list or in braces either."""

_NOTHING = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
"""Words that some program takes for something else than a text."""

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SEEN = frozenset("\u200d\u3000")
"""What Python does not count as printable, and a person sees all the same: emoji joiners, wide spaces."""


def scalar(text: str) -> str:
    """A text as one YAML scalar on one line."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOTHING:
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in _SHORT:
        return _SHORT[c]
    if c.isprintable() or c in _SEEN:
        return c
    code = ord(c)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def said_lines(items: Sequence[str], note: str = "") -> list[str]:
    """The lines of a step `bot`: one thing beside it, several below one another."""
    if len(items) == 1:
        return [f"- bot: {items[0]}{note}"]
    return [f"- bot:{note}", *(f"    - {item}" for item in items)]


def one_or_list(items: Iterable[str]) -> str:
    """Things that are YAML already: one stands alone, several between brackets."""
    written = list(items)
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def braces(pairs: Mapping[str, str]) -> str:
    """Keys with things that are YAML already."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"


def nested(answer: Mapping[str, Any]) -> str:
    """JSON of texts and objects, on one line."""
    return braces(
        {key: nested(value) if isinstance(value, Mapping) else scalar(value) for key, value in answer.items()}
    )
