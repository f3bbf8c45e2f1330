"""How many wait at a door, and for what: the same wherever people in a flow are counted."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.said import Said, row, say

_HELD: Mapping[str, Said] = {
    "quiet": say("quiet"),
    "late": say("late"),
    "staff": say("staff"),
    "quota": say("quota"),
    "paused": say("paused"),
}


def with_waiting(people: Said, held: Mapping[str, int]) -> Said:
    """The people, and in brackets how many of them are held by what."""
    waiting = [say("{number} held: {why}", number=f"{n:,}", why=_HELD[why]) for why, n in held.items()]
    return say("{people} ({waiting})", people=people, waiting=row(waiting)) if waiting else people
