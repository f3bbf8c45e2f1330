"""Texts of others as a terminal may have them: nothing in them moves the cursor, or turns the line around.

What a person is called, and what they write, is chosen by strangers. U+202E lets the rest of a line be read
backwards, ESC begins what a terminal carries out.
"""

from __future__ import annotations

TURNS_AROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that have what stands behind them read from the other side: a name could hide what follows.

https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
"""
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
_SEEN = {one: f"\\u{one:04x}" for one in (*map(ord, TURNS_AROUND), *_CONTROLS)}


def harmless(text: str) -> str:
    """The text with such characters as their numbers: valid in JSON as well, where they stand in texts."""
    return text.translate(_SEEN)
