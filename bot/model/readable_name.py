"""Names that strangers have given themselves, as they may stand in a line of ours."""

from __future__ import annotations

import unicodedata

LONGEST = 60
"""Characters of a name that are shown."""
TURNS_AROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that have what stands behind them read from the other side: a name could hide what follows.

https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
"""


def readable_name(name: str | None) -> str:
    """The name on one line, without what steers or hides anything; empty where nothing of it is seen."""
    kept = ("" if char in TURNS_AROUND else " " if _breaks(char) else char for char in name or "")
    text = " ".join("".join(kept).split())
    if all(unicodedata.category(char) in ("Cf", "Mn", "Me") for char in text):
        return ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
