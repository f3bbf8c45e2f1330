"""How wide a text is in a picture, and where it is broken into rows.

Fonts are those of the reader's system, so widths are assumed: those of a wide system font, by
East Asian Width (https://www.unicode.org/reports/tr11/), and a picture has room for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category, east_asian_width

import regex

# fmt: off
_ASCII = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)
# fmt: on
"""Hundredths of an em from the space on: as wide as DejaVu Sans, which is wider than most."""
_OTHER = 0.72
"""Em of a letter of other alphabets."""
_BOLD = 1.1
"""How much wider bold letters are; Chinese ones are not."""
_EMOJI = 1.4
"""Em of an emoji."""

_NOT_FIRST = "、，。．：；？！…」』）〉》〕】｝］,.:;?!)]}%"
"""Characters with which no row begins."""
_NOT_LAST = "「『（〈《〔【｛［([{"
"""Characters with which no row ends."""
_PIECES = regex.compile(
    rf"[{regex.escape(_NOT_LAST)}]*(?:[A-Za-z0-9_'@.#/-]+|\X)[{regex.escape(_NOT_FIRST)}]*", regex.VERSION1
)
"""What is never broken, if it fits into a row: a word, or one sign, with its punctuation."""


@lru_cache(maxsize=10_000)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels of a text at a font size (in pixels), rather too many than too few."""
    return sum(_em(sign, bold) for sign in regex.findall(r"\X", text)) * size


def _em(sign: str, bold: bool) -> float:
    """Em of what is seen as one sign."""
    first = sign[0]
    if "\ufe0f" in sign or (category(first) == "So" and east_asian_width(first) == "W"):
        return _EMOJI
    if " " <= first <= "~":
        return _ASCII[ord(first) - 32] / 100 * (_BOLD if bold else 1)
    if east_asian_width(first) in "WFA" or category(first)[0] in "SP":
        return 1.0
    return _OTHER * (_BOLD if bold else 1)


def clean(text: str) -> str:
    """A text on one line, without what XML forbids, and what would turn or hide other texts."""
    joined = " ".join(text.split())
    return "".join(sign for sign in joined if sign.isprintable() or sign == "\u200d")


def wrapped(text: str, size: float, most: float, rows: int, *, bold: bool = False) -> list[str]:
    """A text in rows of at most `most` pixels; what does not fit into so many rows ends in `…`."""
    broken = list(_rows(_pieces(text, size, most, bold), size, most, bold))
    if len(broken) <= rows:
        return broken
    return [*broken[: rows - 1], shortened(broken[rows - 1] + "…", size, most, bold=bold)]


def shortened(text: str, size: float, most: float, *, bold: bool = False) -> str:
    """A text on one row of at most `most` pixels."""
    if width(text, size, bold=bold) <= most:
        return text
    signs = regex.findall(r"\X", text.removesuffix("…"))
    while signs and width("".join(signs) + "…", size, bold=bold) > most:
        signs.pop()
    return "".join(signs).rstrip() + "…"


def _pieces(text: str, size: float, most: float, bold: bool) -> Iterable[str]:
    for piece in _PIECES.findall(clean(text)):
        if width(piece, size, bold=bold) <= most:
            yield piece
        else:
            yield from regex.findall(r"\X", piece)


def _rows(pieces: Iterable[str], size: float, most: float, bold: bool) -> Iterable[str]:
    row = ""
    for piece in pieces:
        if row and width(row + piece.rstrip(), size, bold=bold) > most:
            yield row.rstrip()
            row = ""
        row = row + piece if row else piece.lstrip()
    if row.rstrip():
        yield row.rstrip()
