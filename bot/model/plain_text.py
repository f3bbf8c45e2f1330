"""Texts without the signs that nobody sees: what they hold is not changed by where they were copied from.

A phone of iOS' contacts stands between U+202D and U+202C, a word of a web page has zero-width spaces in it.
"""

from __future__ import annotations

import re
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
