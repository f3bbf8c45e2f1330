"""Colons and commas that are not what they look like, and how they are written right."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.hints import of_kind, write
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.suggest_keys import names_secret
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar

_WIDE_BRACKETS = {"(": ")", "（": "）", "【": "】", "〔": "〕"}
"""Brackets in which people write lists, each with its closing one."""
_KEY_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What looks like a key, and not like the beginning of a text."""


def is_words(key: Scalar) -> bool:
    """Whether a key is the beginning of a text with a colon in it; what is quoted is meant as a key."""
    return key.plain and not _KEY_LIKE.fullmatch(key.value)


def colon_in_text(place: LocatedFinding) -> Problem:
    """A text with `: ` in it, which YAML reads as a key."""
    node = place.node
    first = next(iter(node.pairs.values()))[0] if isinstance(node, Map) and node.pairs else node
    message = tr('this text contains ": ", put it in quotes')
    hint = of_kind("quotes", tr("put the whole text in quotes"))
    if isinstance(node, Map) and len(node.pairs) == 1:
        [(key, (_, value))] = node.pairs.items()
        public = not names_secret(key, *map(str, place.finding.path))
        if isinstance(value, Scalar) and public and not {'"', "“"} & set(key + value.value):
            hint = of_kind("quotes", tr("write  {shown}", shown=f'"{key}: {value.value}"'))
    return problem_on(first, "colon-in-text", message, hint)


def cut_by_comma(place: LocatedFinding, key: str) -> Problem | None:
    """A value between braces that a comma has cut, so that YAML takes what is behind it for a key."""
    assert isinstance(place.node, Map)
    whole = place.node.pairs
    if not is_rest(whole[key]):
        return None
    names = list(whole)
    start = max(
        (n for n, name in enumerate(names[: names.index(key)]) if not is_rest(whole[name])), default=-1
    )
    value = whole[names[start]][1] if start >= 0 else None
    if not isinstance(value, Scalar) or not value.plain:
        return None
    pieces = [value.value, *(name for name in names[start + 1 :] if is_rest(whole[name]))]
    listed = "[" + ", ".join(pieces) + "]"
    close = _WIDE_BRACKETS.get(pieces[0][:1])
    if close is not None and pieces[-1].endswith(close):
        listed = f"[{listed[2:-2]}]"
        message = tr('"{open}" and "{close}" are no brackets of the language', open=pieces[0][0], close=close)
        return problem_on(value, "full-width-sign", message, write(listed))
    message = tr("{text} ends at its comma, for it stands between braces", text=quoted(value.value))
    hint = tr("for one text, put all of it in quotes; for several values, write  {listed}", listed=listed)
    if any(a[-1:].isdigit() and b[:1].isdigit() for a, b in pairwise(pieces)):
        hint = of_kind("written", tr("put the whole text in quotes:  {text}", text=f'"{",".join(pieces)}"'))
    return problem_on(value, "colon-in-text", message, hint)


def is_rest(pair: tuple[Scalar, object]) -> bool:
    """Whether a key has no value, not even a colon behind it: `歡迎` of `{reply: 您好, 歡迎}`."""
    key, value = pair
    return key.plain and isinstance(value, Scalar) and value.nothing and value.start == key.end
