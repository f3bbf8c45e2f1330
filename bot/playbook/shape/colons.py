"""Colons and commas that are not what they look like, and how they are written right."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.shape.advice import advices
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.schema import KEYS
from bot.playbook.shape.suggest_keys import as_names, names_secret
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar

_INNER_COLON = re.compile(r"(?:^\s*(?:-\s+)*|[{,，]\s*)([a-z_]+)：\s*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LISTED = re.compile(r"\[[^\[\]\"']*\]")
WHOLE_LINE = 100
"""Characters of a line that is shown again, written right."""
_SHOWN = 40
"""Characters of a value that is shown again behind its key."""


def wide_keys(line: str) -> list[re.Match[str]]:
    """The keys (group 1) with a full-width colon at the beginning of a line, or behind a brace or comma."""
    bare = _QUOTED.sub(lambda text: "_" * len(text[0]), line)
    return [one for one in _INNER_COLON.finditer(bare) if one[1] in KEYS]


def all_half_width(line: str) -> str:
    """A line with ordinary colons behind its keys, and ordinary commas between brackets."""
    for one in reversed(wide_keys(line)):
        line = f"{line[: one.end(1)]}: {line[one.end() :]}"
    return _LISTED.sub(lambda text: re.sub("[，、] ?", ", ", text[0]), line)


def half_width(key: str, rest: str) -> Translatable:
    """The key with an ordinary colon, and its value."""
    value = rest.strip()
    if value.startswith("{") and value.endswith("}") and len(value) <= WHOLE_LINE:
        value = all_half_width(value)
    whole = (0 < len(value) <= _SHOWN and value[0] not in "{[") or value[-1:] in ("}", "]")
    shown = value if whole and not names_secret(key, value) else "…"
    named = advices().keys_called.get(key, (key,))[0] if value and not key.isascii() else key
    return tr(
        "write  {key}: {value}  with a half-width colon and a space", key=named, value=as_names(key, shown)
    )


_WIDE_BRACKETS = {"(": ")", "（": "）", "［": "］", "【": "】", "〔": "〕", "｛": "｝"}
_NEXT_KEY = re.compile(r"\s(?=[a-z_]+：)")
"""Where the next line began, of lines that YAML took for one text."""
_KEY_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What a text most likely means where a block is expected."""


def is_words(key: Scalar) -> bool:
    """Whether a key is the beginning of a text with a colon in it; what is quoted is meant as a key."""
    return key.plain and not _KEY_LIKE.fullmatch(key.value)


def colon_in_text(place: LocatedFinding) -> Problem:
    """A text with `: ` in it, which YAML reads as a key."""
    node = place.node
    first = next(iter(node.pairs.values()))[0] if isinstance(node, Map) and node.pairs else node
    message = tr('this text contains ": ", put it in quotes')
    hint = tr("put the whole text in quotes")
    if isinstance(node, Map) and len(node.pairs) == 1:
        [(key, (_, value))] = node.pairs.items()
        public = not names_secret(key, *map(str, place.finding.path))
        if isinstance(value, Scalar) and public and not {'"', "“"} & set(key + value.value):
            hint = tr("write  {shown}", shown=f'"{key}: {value.value}"')
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
        return problem_on(value, "full-width-comma", message, tr("write  {meant}", meant=listed))
    message = tr("{text} ends at its comma, for it stands between braces", text=quoted(value.value))
    hint = tr("for one text, put all of it in quotes; for several values, write  {listed}", listed=listed)
    if any(a[-1:].isdigit() and b[:1].isdigit() for a, b in pairwise(pieces)):
        hint = tr("put the whole text in quotes:  {text}", text=f'"{",".join(pieces)}"')
    return problem_on(value, "colon-in-text", message, hint)


def is_rest(pair: tuple[Scalar, object]) -> bool:
    """Whether a key has no value, not even a colon behind it: `歡迎` of `{reply: 您好, 歡迎}`."""
    key, value = pair
    return key.plain and isinstance(value, Scalar) and value.nothing and value.start == key.end


def wide_colon(place: LocatedFinding, key: str) -> Problem:
    """A text that was to be a key and its value."""
    rest = place.node.value.partition("：")[2] if isinstance(place.node, Scalar) else ""
    rest = _NEXT_KEY.split(rest)[0]
    return place.on_value(
        "full-width-colon", tr('the colon after "{key}" is a full-width one', key=key), half_width(key, rest)
    )


def wide_colon_in_key(place: LocatedFinding, key: str, meant: str) -> Problem:
    """A key that has the colon, and more, in it; `meant` is the part before it."""
    message = tr('the colon after "{key}" is a full-width one', key=meant)
    rest, node = key.partition("：")[2], place.node
    value = node.pairs[key][1] if isinstance(node, Map) else None
    if rest.startswith("{") and isinstance(value, Scalar):  # the next colon, an ordinary one, was read as its
        rest = f"{rest}: {value.value}"
    return place.on_child(key, "full-width-colon", message, half_width(meant, rest))
