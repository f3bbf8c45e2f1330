"""Writes steps of a scenario as lines of YAML."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playbook.syntax.yaml_text import braces, text_lines

CONTAINS = "contains"
"""The key of an item that expects a part of a message."""


def step_lines(key: str, item: str) -> list[str]:
    """The lines of a step with this YAML beside its key."""
    return _below(f"- {key}: {item}", 2)


def bot_lines(items: Sequence[str], note: str = "") -> list[str]:
    """The lines of a step `bot`: one item beside it; several, or one with a key, each below the other. `note`
    is a comment on its first line."""
    if len(items) == 1 and not items[0].startswith(f"{CONTAINS}:"):
        first, *more = step_lines("bot", items[0])
        return [f"{first}{note}", *more]
    return [f"- bot:{note}", *(line for item in items for line in _below(f"    - {item}", 6))]


def containing(text: str) -> str:
    """Lines that expect a message with this text."""
    written = text_lines(text)
    return f"{CONTAINS}: {written}" if "\n" in written else braces({CONTAINS: written})


def _below(written: str, by: int) -> list[str]:
    """The lines of `written`; those below the first are indented by so many spaces."""
    first, *more = written.split("\n")
    return [first, *(f"{' ' * by}{line}" if line else "" for line in more)]
