"""Texts as YAML writes them: without quotes where they can be read no other way, else between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[^\W\d_][\w，。！？、；…～「」『』（）《》]*(?: [\w，。！？、；…～「」『』（）《》]+)*")
"""Begins with a letter, and holds nothing that means anything to YAML, in a list or in braces either."""

_NOTHING = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
"""Words that some program takes for something else than a text."""

CONTAINS = "contains"

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


def text_lines(text: str) -> str:
    """A text as a YAML value of its own: one of several lines below `|-`, where it reads back the same."""
    lines = text.split("\n")
    first = next((line for line in lines if line), "")
    blank = any(line and not line.strip() for line in lines) or not lines[-1]
    seen = all(c.isprintable() or c in _SEEN for line in lines for c in line)
    if len(lines) == 1 or blank or not seen or first.startswith(" "):
        return scalar(text)
    return "\n".join(["|-", *(f"  {line}" if line else "" for line in lines)])


def step_lines(key: str, item: str) -> list[str]:
    """The lines of a step with this YAML beside its key."""
    return _below(f"- {key}: {item}", 2)


def bot_lines(items: Sequence[str], note: str = "") -> list[str]:
    """The lines of a step `bot`: one thing beside it, several, or one with a key, below one another."""
    if len(items) == 1 and not items[0].startswith(f"{CONTAINS}:"):
        first, *more = step_lines("bot", items[0])
        return [f"{first}{note}", *more]
    return [f"- bot:{note}", *(line for item in items for line in _below(f"    - {item}", 6))]


def containing(text: str) -> str:
    """Lines that expect a message with this text."""
    written = text_lines(text)
    return f"{CONTAINS}: {written}" if "\n" in written else braces({CONTAINS: written})


def _below(written: str, by: int) -> list[str]:
    """The lines, of which those below the first belong so far to the right."""
    first, *more = written.split("\n")
    return [first, *(f"{' ' * by}{line}" if line else "" for line in more)]


def one_or_list(items: Iterable[str]) -> str:
    """YAML values: one alone, several between brackets."""
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
