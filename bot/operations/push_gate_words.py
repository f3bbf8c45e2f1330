"""Says how many people of a flow are held before a state, and by what."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Translatable, row, tr
from bot.operations.contact_words import HELD


def with_waiting(people: Translatable, held: Mapping[str, int]) -> Translatable:
    """The people, and in brackets how many of them are held by what: the same wherever they are counted."""
    waiting = [tr("{number} held: {why}", number=f"{n:,}", why=HELD[why]) for why, n in held.items()]
    return tr("{people} ({waiting})", people=people, waiting=row(waiting)) if waiting else people
