"""What somebody may have meant who wrote a name that is not known; the one place where that is worded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from bot.model.said import Listing, Quoted, Said, SaidValue, row, say
from bot.playbook.characters import simplified

LISTED = 8
"""Up to so many known names are listed; a longer list is not read."""

_SHOWN = 40
_FEW = 3


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, `None` where none is like it."""
    return _nearest(name, frozenset(known)) if len(name) <= 2 * _SHOWN else None


@lru_cache(maxsize=10_000)
def _nearest(name: str, known: frozenset[str]) -> str | None:
    names: dict[str, str] = {}
    for one in sorted(known):
        names.setdefault(folded(one), one)
    found = get_close_matches(folded(name), names, n=1)
    if found and found[0] == folded(name):
        return names[found[0]]
    other = in_other_characters(name, sorted(known))
    return other or (names[found[0]] if found else None)


def folded(name: str) -> str:
    """The name without what one hardly sees: width and letter case."""
    return normalize("NFKC", name).casefold()


def in_other_characters(name: str, known: Iterable[str]) -> str | None:
    """The known name that is this one in traditional instead of simplified characters, or the reverse."""
    if name.isascii():
        return None
    wanted = simplified(name)
    return next((one for one in known if one != name and simplified(one) == wanted), None)


def hint_for(name: str, known: Iterable[str]) -> Said | None:
    """A hint that names the nearest known name."""
    match = nearest(name, known)
    if match is not None and folded(match) == folded(name):
        return say("there is {name}: width and letter case are told apart", name=Quoted(match))
    if match is not None and in_other_characters(name, (match,)):
        return say(
            "there is {name}: traditional and simplified characters are told apart", name=Quoted(match)
        )
    return say("a similar name exists: {name}", name=Quoted(match)) if match else None


def hint_or_some(name: str, known: Iterable[str]) -> Said | None:
    """A hint that names the nearest known name; some of them, where they are too many to be listed."""
    names = list(known)
    some = say("write one such as {names}", names=row(names[:LISTED])) if len(names) > LISTED else None
    return hint_for(name, names) or some


def not_one_of(name: str, known: Iterable[str]) -> Said:
    """That `name` is none of the known names, which are listed where they are few."""
    names = list(known)
    if len(names) <= LISTED:
        return say("{name} is not one of {known}", name=shown(name), known=row(names))
    return say("{name} is not known here", name=shown(name))


def shown(text: str) -> Quoted:
    """A value as it stands in a message: in quotes, on one line, shortened, without invisible characters."""
    return Quoted(printable(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"))


def few(names: Sequence[SaidValue]) -> Listing | Said:
    """The first of them, and how many more there are."""
    first = row(names[:_FEW])
    if len(names) <= _FEW:
        return first
    return say("{names} +{number}", names=first, number=len(names) - _FEW)


def printable(text: str) -> str:
    """The text without what a terminal would obey."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
