"""Why a journey is held before a state, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.said import Said, row, say

HELD: Mapping[str, Said] = {
    "quiet": say("quiet"),
    "late": say("late"),
    "staff": say("staff"),
    "quota": say("quota"),
    "paused": say("paused"),
    "brake": say("pushes stopped"),
}


def with_waiting(people: Said, held: Mapping[str, int]) -> Said:
    """The people, and in brackets how many of them are held by what: the same wherever they are counted."""
    waiting = [say("{number} held: {why}", number=f"{n:,}", why=HELD[why]) for why, n in held.items()]
    return say("{people} ({waiting})", people=people, waiting=row(waiting)) if waiting else people
