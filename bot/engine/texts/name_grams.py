"""Searching names by a part: the pieces (n-grams) that a name is indexed by, and those that are asked for.

Chinese, and whatever else is not written in Latin letters and digits, is indexed by each sign and each two
neighbours; Latin words by each three neighbours, and by their first letter and first two. So one sign of
Chinese finds a name, and of a Latin word its beginning, or any three letters of it.
https://en.wikipedia.org/wiki/N-gram
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.engine.texts.text import fold

INDEXED = 60
"""Characters of a name that are indexed; what follows them is not found."""
_RUN = re.compile(r"(?P<latin>[a-z0-9\u00e0-\u024f]+)|(?P<other>[^\sa-z0-9\u00e0-\u024f]+)")
"""A run of Latin letters (with accents) and digits, or of anything else but white space, in a folded text."""
_SHORT = 3
"""Latin letters below which a search means the beginning of a word."""
_START = "^"
"""The prefix of a piece that begins a word; no folded Latin run has this sign."""


def searchable(name: str) -> str:
    """What of a name is compared: folded, and no longer than what is indexed."""
    return fold(name)[:INDEXED]


def name_grams(name: str) -> list[str]:
    """All pieces by which a name is found, each once; none where nothing of it can be searched for."""
    return list(dict.fromkeys(_indexed(searchable(name))))


def _indexed(text: str) -> Iterator[str]:
    for run in _RUN.finditer(text):
        piece = run[0]
        if run.lastgroup == "latin":
            yield _START + piece[:1]
            if len(piece) >= 2:
                yield _START + piece[:2]
            yield from _neighbours(piece, 3)
        else:
            yield from piece
            yield from _neighbours(piece, 2)


def _neighbours(text: str, length: int) -> Iterator[str]:
    return (text[start : start + length] for start in range(len(text) - length + 1))


def searched_grams(wanted: str) -> list[str]:
    """The pieces that every name has in which this is found, the rarest kinds first; none: too little."""
    found: dict[str, int] = {}
    for part in searchable(wanted).split():
        for run in _RUN.finditer(part):
            begins = run.start() > 0 or _is_beginning(part)
            pieces = _asked(run[0], latin=run.lastgroup == "latin", begins=begins)
            found |= {piece: -len(piece) for piece in pieces}
    return sorted(found, key=lambda piece: found[piece])


def _is_beginning(part: str) -> bool:
    """Whether a word of a search is of so few Latin letters that it means the beginning of one."""
    run = _RUN.fullmatch(part)
    return len(part) < _SHORT and run is not None and run.lastgroup == "latin"


def _asked(piece: str, *, latin: bool, begins: bool) -> Iterator[str]:
    if not latin:
        yield from _neighbours(piece, 2) if len(piece) > 1 else piece
    elif len(piece) >= _SHORT:
        yield from _neighbours(piece, 3)
    elif begins:
        yield _START + piece


def is_named(name: str, wanted: str) -> bool:
    """Whether a search for `wanted` finds a name: each of its words stands somewhere in it.

    A word of one or two Latin letters stands at the beginning of one.
    """
    text = searchable(name)
    return all(_stands_in(text, part) for part in searchable(wanted).split())


def _stands_in(text: str, part: str) -> bool:
    if not _is_beginning(part):
        return part in text
    return any(run[0].startswith(part) for run in _RUN.finditer(text) if run.lastgroup == "latin")
