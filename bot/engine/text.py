"""How texts are compared and counted."""

from __future__ import annotations

from unicodedata import normalize


def fold(text: str) -> str:
    """The form in which two texts are compared (requirement F1): width, letter case and white space gone.

    NFKC, case folding, NFKC again (folding can undo it), trimming, runs of white space as one space.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def utf16_units(text: str) -> int:
    """The length of a text as LINE counts it: UTF-16 code units.

    https://developers.line.biz/en/docs/messaging-api/text-character-count/
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
