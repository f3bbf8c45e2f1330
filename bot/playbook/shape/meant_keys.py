"""Which key somebody meant who wrote one that has no place where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import nearest

WIDE_COLON = re.compile(r"(?:^|\s)([a-z_]+)：")
"""A key with a full-width colon, at the beginning of a text or behind a space."""

WRONG_PLACE = {
    ("rule", "to"): '"to" goes to a state, and is for rules of a flow',
    ("flow rule", "interrupt"): '"interrupt" is for rules outside flows',
    ("flow rule", "with_staff"): '"with_staff" is for rules outside flows',
}
"""Keys of the language that are known, but not in this place."""

OTHER_WORDS = {
    ("rule", "text"): "to say this, write  reply: …",
    ("flow rule", "text"): "to say this, write  push: …  or  reply: …",
    ("branch item", "else"): "the last one has no if:  - {to: …}",
    ("branch item", "then"): "write  to: …",
    ("comparison", ">="): "write  at_least: …",
    ("comparison", "<="): "write  at_most: …",
    ("comparison", ">"): "write  more_than: …",
    ("comparison", "<"): "write  less_than: …",
    ("comparison", "="): "write  is: …",
}
"""Hints for keys that are called otherwise elsewhere, by the title of their place and the key."""

_INSTEAD_OF = {("branch item", "else"): "to", ("branch item", "then"): "to"}


def meant_keys(title: str, keys: Collection[str], known: Collection[str]) -> set[str]:
    """The known keys that somebody may have meant by those of `keys` that are not known."""
    return {meant for key in keys if key not in known for meant in _meant(title, key, keys, known)}


def _meant(title: str, key: str, keys: Collection[str], known: Collection[str]) -> Iterable[str]:
    if wide := WIDE_COLON.match(key):
        yield wide[1]
    other = _INSTEAD_OF.get((title, key)) or belongs_to(title, key, keys) or nearest(key, known)
    if other is not None:
        yield other


def belongs_to(title: str, key: str, keys: Collection[str]) -> str | None:
    """`when` for a trigger, `if` for a condition that stands in a rule as if it were a key of it."""
    if title not in ("rule", "flow rule"):
        return None
    if key in TRIGGERS and "when" not in keys:
        return "when"
    return "if" if key in CONDITIONS and "if" not in keys else None
