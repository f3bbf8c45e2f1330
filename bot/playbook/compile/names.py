"""Whether a name may be one: tags now, and all the other names of the language."""

from __future__ import annotations

import re

from bot.playbook.codes import Code
from bot.playbook.shape.language import RESERVED
from bot.playbook.similar import shown

NAME_LIMIT = 40
"""Characters in a name."""

_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_DATE = r"\d{4}-\d{2}-\d{2}"
_HOURS_LIKE = re.compile(
    rf"\d{{1,2}}:\d{{2}}-\d{{1,2}}:\d{{2}}|{_DAY}(?:[-,]{_DAY})*|{_DATE}(?:\.\.{_DATE})?"
)
CARD_LIKE = re.compile(r"[a-z][a-z0-9_]*")
"""What in the place of a message is the name of a card, and never a text."""


def wrong_with(name: str) -> tuple[Code, str] | None:
    """Why this cannot be a name that may be Chinese, with the code; `None` where it can."""
    if not name.strip():
        return "bad-name", "a name cannot be empty"
    if len(name) > NAME_LIMIT:
        return "bad-name", f"{shown(name)} is longer than {NAME_LIMIT} characters"
    if name != name.strip():
        return "bad-name", f"{shown(name)} begins or ends with a space"
    if "{" in name or "}" in name or any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in name):
        return "bad-name", f"{shown(name)} holds a character that no name may have"
    if _HOURS_LIKE.fullmatch(name):
        return "bad-name", f"{shown(name)} reads as hours or days, not as a name"
    if name in RESERVED:
        return "reserved-name", f"{shown(name)} means something already"
    return None
