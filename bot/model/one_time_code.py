"""How long one-time codes are good, how soon there is another, how many a team sends in a day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

VALID = timedelta(minutes=5)
"""How long a code may be written after it was sent."""

BETWEEN = timedelta(seconds=60)
"""How long after one code to a phone there is no other."""

TRIES = 5
"""How often one code may be guessed."""

PER_DAY = 500
"""Codes that a team sends in a day at most, where its playbook says nothing: nobody's script costs more."""

NEWCOMER = timedelta(days=1)
"""For whoever has been a friend for less than this, a part of the team's codes is kept back."""

NEWCOMERS_PER_DAY = 0.8
"""Share of the team's codes of a day that newcomers may have: made-up accounts leave some."""

NEWCOMERS_PER_HOUR = 0.2
"""The same within an hour, so that there is time to see it."""

NEWCOMERS_AT_LEAST = 20
"""Codes that newcomers may have in an hour however few a team has of a day."""

NEARLY = 0.8
"""Share of a day's codes from which on somebody should know."""


def newcomers_in_an_hour(most: int) -> int:
    """Codes that newcomers may have in an hour, where the team may have so many in the day."""
    return max(NEWCOMERS_AT_LEAST, math.ceil(most * NEWCOMERS_PER_HOUR))


def full_minute(moment: datetime) -> datetime:
    """The first full minute that is not before this moment: what is said in hours and minutes holds then."""
    minute = moment.replace(second=0, microsecond=0)
    return minute if minute == moment else minute + timedelta(minutes=1)


def told_of(result: str, left: int, again_in: int) -> Mapping[str, int]:
    """What `event.*` says of a code that was compared: tries `left` where it was wrong; `seconds` until there
    may be another where it was guessed away."""
    return {"wrong": {"left": left}, "locked": {"seconds": again_in}}.get(result, {})
