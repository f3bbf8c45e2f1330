"""How numbers of people are said, and beside them how many friends of an account are known so far (M1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor, log10

from bot.model.translatable import Translatable, plural, tr
from bot.operations.audiences import AudienceCount

DIGITS = 3
"""Of an estimate: more would say that it is surer than it is."""


def so_many(number: int) -> Translatable:
    """People, counted."""
    return plural("1 person", "{number} people", number)


def unit_of(number: float) -> int:
    """What an estimate of about this size is rounded to."""
    digits: int = max(0, floor(log10(max(number, 1))) + 1 - DIGITS)
    return int(10**digits)


def known_lines(found: Mapping[str, AudienceCount]) -> Iterator[Translatable]:
    """A line for each account whose list of friends was never read whole."""
    for channel, known in found.items():
        unit = unit_of(known.people)
        number = f"≈ {round(known.people / unit) * unit:,}" if known.about else f"{known.people:,}"
        yield tr(
            "{channel}: knows {number} friends so far; all of them:  oaflow friends import",
            channel=channel,
            number=number,
        )
