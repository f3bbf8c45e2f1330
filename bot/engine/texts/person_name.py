"""What of a list's or a shop's text is a person's name: whoever wrote it there may have written anything."""

from __future__ import annotations

from unicodedata import category, normalize

LONGEST_NAME = 100
"""Characters."""


def person_name(text: str) -> str | None:
    """The name; `None` where it is longer than one, or has a sign that cannot be shown. It may be empty."""
    name = normalize("NFKC", text).strip()
    if len(name) > LONGEST_NAME or any(category(sign).startswith("C") for sign in name):
        return None
    return name
