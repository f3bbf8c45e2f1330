"""How texts are compared and counted, and what of a text is a person's name."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias
from unicodedata import category, normalize

from bot.model.plain_text import JOINER, cleaned, visible

Unit: TypeAlias = Literal["utf16", "grapheme"]
"""What LINE counts in: UTF-16 code units, or what people see as one character (grapheme clusters).

https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""


def fold(text: str) -> str:
    """The form in which two texts are compared (requirement F1): width, letter case and white space gone.

    Without invisible signs, as `fold_characters`, trimming, runs of white space as one space.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    return " ".join(fold_characters(visible(_without_variation(text))).split())


def fold_characters(text: str) -> str:
    """Each character as it is compared: NFKC, case folding, NFKC again (folding can undo it).

    Without variation selectors: one keyboard writes a heart in colour, another the same in black.
    https://www.unicode.org/reports/tr51/#Emoji_Variation_Sequences
    """
    return normalize("NFKC", normalize("NFKC", _without_variation(text)).casefold())


def _without_variation(text: str) -> str:
    return text.replace("\ufe0e", "").replace("\ufe0f", "")


def utf16_units(text: str) -> int:
    """The length of a text as LINE counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


_ONE_EACH = re.compile(r"[\x00-\x0c\x0e-\x7f\u4e00-\u9fff]*")
"""Signs of which none joins its neighbours: ASCII, and the ideographs that people write."""


def graphemes(text: str) -> int:
    """The number of characters that people see: a family emoji is one (Unicode's UAX #29)."""
    if _ONE_EACH.fullmatch(text):
        return len(text)
    import regex  # only here: few texts are so near a limit, and start-up stays fast

    return sum(1 for _ in regex.finditer(r"\X", text))


def length(text: str, unit: Unit) -> int:
    """The length of a text in this unit."""
    return utf16_units(text) if unit == "utf16" else graphemes(text)


def beginning(text: str, most: int, unit: Unit) -> str:
    """As much of a text as is not longer than `most`; no character that people see is cut in two."""
    import regex  # only here: see `graphemes`

    start, room = "", most
    for found in regex.finditer(r"\X", text):
        room -= 1 if unit == "grapheme" else utf16_units(found[0])
        if room < 0:
            break
        start += found[0]
    return start


def fits(text: str, most: int, unit: Unit) -> bool:
    """Whether a text is not longer than `most`."""
    # code points decide nearly always: no cluster has less than one of them, none has more than two units
    points = len(text)
    if unit == "grapheme":
        return points <= most or graphemes(text) <= most
    return points * 2 <= most or (points <= most and utf16_units(text) <= most)


LONGEST_NAME = 100
"""Characters of a person's name."""


def person_name(text: str) -> str | None:
    """A text as a person's name, cleaned, perhaps empty; `None` where it is longer than `LONGEST_NAME`, or
    has a sign that cannot be shown."""
    name = cleaned(text)
    if len(name) > LONGEST_NAME or any(_is_hidden(sign) for sign in name):
        return None
    return name


def _is_hidden(sign: str) -> bool:
    return category(sign).startswith("C") and sign != JOINER
