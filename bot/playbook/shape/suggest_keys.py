"""Which key was meant by one that its place does not have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.hints import of_kind
from bot.playbook.shape.advice import advices
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.connections import SECRET_LIKE
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import folded, hint_for, in_other_characters, nearest

SIGNS: Mapping[str, str] = {
    **dict.fromkeys((">=", "≥"), "at_least"),
    **dict.fromkeys(("<=", "≤"), "at_most"),
    ">": "more_than",
    "<": "less_than",
    **dict.fromkeys(("=", "=="), "is"),
}
"""The comparisons by the signs that others have for them."""
SPOKEN_SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("以上", "起"), "at_least"),
    **dict.fromkeys(("以下", "以內"), "at_most"),
    **dict.fromkeys(("超過", "大於", "多於", "高於"), "more_than"),
    **dict.fromkeys(("低於", "小於", "少於", "未滿", "不到"), "less_than"),
    **dict.fromkeys(("至少", "滿"), "at_least"),
    "至多": "at_most",
}
"""The comparisons by the Chinese words for them, which stand in front of the value or behind it."""


def names_secret(*parts: str) -> bool:
    """Whether a key, or its value, contains the name of a secret: then messages do not show it."""
    return any(SECRET_LIKE.search(part) for part in parts)


def suggest_keys(title: str, keys: Collection[str], known: Collection[str]) -> set[str]:
    """The known keys that may be meant by those of `keys` that are not known."""
    return {meant for key in keys if key not in known for meant in _candidates(title, key, keys, known)}


def _candidates(title: str, key: str, keys: Collection[str], known: Collection[str]) -> Iterable[str]:
    other = _instead_of(title, key) or belongs_to(title, key, keys, known) or suggest_key(key, keys, known)
    if other is not None:
        yield other


def _instead_of(title: str, key: str) -> str | None:
    return next((one.instead_of for one in advices().hints if title in one.titles and key in one.keys), None)


def suggest_key(key: str, keys: Collection[str], known: Iterable[str]) -> str | None:
    """The known key that was meant by this one: another word for it, or the nearest that is not there yet."""
    free = set(known).difference(keys)
    close = nearest(key, free)
    if close is not None and folded(close) == folded(key):
        return close
    word, called = key.casefold(), advices().keys_called
    if word not in called:
        word = in_other_characters(word, called) or word
    return next((name for name in called.get(word, ()) if name in free), close)


def hint_for_key(key: str, keys: Collection[str], known: Collection[str]) -> Translatable | None:
    """A hint that names the key that was meant."""
    meant = suggest_key(key, keys, known)
    if meant is not None and meant != nearest(key, {meant}):
        return of_kind("name", tr("here it is called {name}", name=Quoted(meant)))
    return hint_for(key, known if meant is None else {meant})


def belongs_to(title: str, key: str, keys: Collection[str], known: Collection[str]) -> str | None:
    """`when` for a trigger, `if` for a condition that is written beside them like a key of the place."""
    if title in ("rule", "flow rule") and key in TRIGGERS and "when" not in keys:
        return "when"
    return "if" if key in CONDITIONS and "if" in known and "if" not in keys else None


def as_names(key: str, value: str) -> str:
    """A value as its key takes it: names of `testers` are a list, of one name, too."""
    if key != "testers" or not value or value[0] in "[{":
        return value
    return f"[{', '.join(filter(None, map(str.strip, re.split('[,，、]', value))))}]"
