"""What somebody may have meant who wrote a name that is not known; the one place where that is worded."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

LISTED = 8
"""Up to so many known names are listed; a longer list is not read."""

_SHOWN = 40


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, `None` where none is like it."""
    return _nearest(name, frozenset(known)) if len(name) <= 2 * _SHOWN else None


@lru_cache(maxsize=10_000)
def _nearest(name: str, known: frozenset[str]) -> str | None:
    found = get_close_matches(name, sorted(known), n=1)
    return found[0] if found else None


def hint_for(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name."""
    match = nearest(name, known)
    return f'a similar name exists: "{match}"' if match else None


def hint_or_some(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name; some of them, where they are too many to be listed."""
    names = list(known)
    some = f"write one such as {', '.join(names[:LISTED])}" if len(names) > LISTED else None
    return hint_for(name, names) or some


def not_one_of(name: str, known: Iterable[str]) -> str:
    """That `name` is none of the known names, which are listed where they are few."""
    names = list(known)
    if len(names) <= LISTED:
        return f"{shown(name)} is not one of {', '.join(names)}"
    return f"{shown(name)} is not known here"


def shown(text: str) -> str:
    """A value as it stands in a message: in quotes, on one line, shortened, without invisible characters."""
    return f'"{printable(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")}"'


def printable(text: str) -> str:
    """The text without what a terminal would obey."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
