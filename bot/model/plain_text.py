"""Texts of others made safe to show: without invisible signs, control signs or unreadable names.

A phone copied from iOS' contacts is enclosed in U+202D and U+202C; a word of a web page may contain
zero-width spaces. Names and texts are chosen by strangers: U+202E turns the rest of a line around, ESC
begins what a terminal carries out.
"""

from __future__ import annotations

import re
import unicodedata
from unicodedata import normalize

JOINER = "\u200d"
"""Joins the parts of one emoji: https://www.unicode.org/reports/tr51/#Emoji_ZWJ_Sequences"""
_EMOJI = "\u2194\u2195\u2600-\u27bf\u2b1b\ufe0f\U0001f300-\U0001faff"
_SIGNS = "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_PERHAPS = re.compile(f"[{_SIGNS}{JOINER}]")
_INVISIBLE = re.compile(f"[{_SIGNS}]+|(?<![{_EMOJI}]){JOINER}|{JOINER}(?![{_EMOJI}])")
"""What Unicode ignores by default (category Cf), but for the joiner inside of an emoji and for its flags.

https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
"""


def visible(text: str) -> str:
    """The text without invisible signs; the same object where it has none, as nearly all."""
    if text.isprintable() or _PERHAPS.search(text) is None:  # as nearly all, for 0.1 µs
        return text
    return _INVISIBLE.sub("", text)


def cleaned(text: str) -> str:
    """What somebody means by a text that is a value: visible, in its compatibility form (NFKC), trimmed."""
    return text.strip() if text.isascii() else normalize("NFKC", visible(text)).strip()


TURNS_AROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reverse the direction of the text after them: a name could hide what follows.

https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
"""
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
_SEEN = {one: f"\\u{one:04x}" for one in (*map(ord, TURNS_AROUND), *_CONTROLS)}


def harmless(text: str) -> str:
    """The text with such characters as their numbers: valid in JSON as well, where they stand in texts."""
    return text.translate(_SEEN)


LONGEST = 60
"""Characters of a name that are shown."""


def readable_name(name: str | None) -> str:
    """The name on one line, without what steers or hides anything; empty where nothing of it is seen."""
    shown = ("" if char in TURNS_AROUND else " " if _breaks(char) else char for char in name or "")
    text = " ".join("".join(shown).split())
    if all(unicodedata.category(char) in ("Cf", "Mn", "Me") for char in text):
        return ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def masked_name(name: str | None) -> str:
    """The first sign of a name: enough to greet somebody, not to look them up."""
    plain = readable_name(name)
    return f"{plain[0]}○○" if plain else ""


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
