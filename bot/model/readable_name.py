"""Names that strangers have given themselves, as they may stand in a line of ours."""

from __future__ import annotations

import unicodedata

from bot.model.harmless import TURNS_AROUND

LONGEST = 60
"""Characters of a name that are shown."""


def readable_name(name: str | None) -> str:
    """The name on one line, without what steers or hides anything; empty where nothing of it is seen."""
    kept = ("" if char in TURNS_AROUND else " " if _breaks(char) else char for char in name or "")
    text = " ".join("".join(kept).split())
    if all(unicodedata.category(char) in ("Cf", "Mn", "Me") for char in text):
        return ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
