"""What of a list's or a shop's text is a person's name: whoever wrote it there may have written anything."""

from __future__ import annotations

from unicodedata import category

from bot.model.plain_text import JOINER, cleaned

LONGEST_NAME = 100
"""Characters."""


def person_name(text: str) -> str | None:
    """The name; `None` where it is longer than one, or has a sign that cannot be shown. It may be empty."""
    name = cleaned(text)
    if len(name) > LONGEST_NAME or any(_is_hidden(sign) for sign in name):
        return None
    return name


def _is_hidden(sign: str) -> bool:
    return category(sign).startswith("C") and sign != JOINER
