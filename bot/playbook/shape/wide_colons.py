"""Keys with a full-width colon behind them, and how they are written right."""

from __future__ import annotations

import re

from bot.model.said import Said, say
from bot.playbook.shape.meant_keys import SAID_OTHERWISE, names_secret
from bot.playbook.shape.schema import KEYS

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


def half_width(key: str, rest: str) -> Said:
    """The key with an ordinary colon, and what stands behind it."""
    value = rest.strip()
    if value.startswith("{") and value.endswith("}") and len(value) <= WHOLE_LINE:
        value = all_half_width(value)
    whole = (0 < len(value) <= _SHOWN and value[0] not in "{[") or value[-1:] in ("}", "]")
    shown = value if whole and not names_secret(key, value) else "…"
    named = SAID_OTHERWISE.get(key, (key,))[0] if value and not key.isascii() else key
    return say("write  {key}: {value}  with a half-width colon and a space", key=named, value=shown)
