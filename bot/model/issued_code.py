"""A one-time code that is asked for, or compared: what is asked, and what comes of it (B12)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.one_time_code import BETWEEN, BROUGHT, NEWCOMERS_PER_DAY, PER_DAY, TRIES, VALID, Bringer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Limits: TypeAlias = Sequence[tuple[timedelta, int]]
"""In any span of this length, so many at most."""

OF_PHONE: Limits = ((BETWEEN, 1), (HOUR, 3), (DAY, 5))
"""Codes to one phone, for who has asked for one to it within a day."""
FIRST_TO_PHONE: Limits = ((BETWEEN, 1), (DAY, 10))
"""Codes to one phone, for who has not: what others have asked for keeps nobody from a first try, up to it."""
FIRST_OF_USER: Limits = ((DAY, 1),)
"""Codes to one phone that one LINE user asks for and `FIRST_TO_PHONE` holds for; then it is `OF_PHONE`."""
OF_USER: Limits = ((DAY, 5),)
"""Codes that one LINE user asks for."""

CodeLimit: TypeAlias = Literal["phone", "person", "address", "newcomers", "team"]
"""Whose limit leaves no room."""


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A code that is to be sent to `phone` (E.164), for this contact, requested by this LINE user.

    `call` is the id of the request: the same one again is the same code. `day` is the team's (`YYYY-MM-DD`):
    `per_day` codes may be sent on it at most, or more where its cap was raised. `newcomer`: known for less
    than `one_time_code.NEWCOMER`, or not at all; `by`: who has brought a newcomer, `None`: nobody. `address`:
    the internet address of the page that asks, `None`: it was a chat.
    """

    call: str
    contact: str
    user: str
    phone: str = field(repr=False)
    day: str
    per_day: int = PER_DAY
    newcomer: bool = False
    address: str | None = field(default=None, repr=False)
    by: Bringer | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day of the team: the codes that were sent, and what its cap was raised to for this day, if it was.

    `newcomers`: those of them that went to newcomers, brought by somebody or not; `this_hour`: of these, in
    the clock hour (UTC) of the request.
    """

    sent: int
    cap: int | None = None
    newcomers: int = 0
    this_hour: int = 0

    def most(self, per_day: int) -> int:
        """How many codes may be sent on it."""
        return max(per_day, self.cap or 0)


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that is valid from now on, and is to be sent; `today` is the team's day with it."""

    code: str = field(repr=False)
    today: DayCount


@dataclass(frozen=True, slots=True)
class IssuedBefore:
    """This very request has got its code already: sending it again would be a second SMS."""


@dataclass(frozen=True, slots=True)
class TooSoon:
    """There may be another code in `seconds`. `limit`: one was sent to this `phone` within a minute, or the
    `person`, or pages at one `address`, have to pause (`model/one_time_code`).

    `waiting`: one was sent to this phone for this very contact, and is still good. Else it is used, guessed
    away, or somebody else's: nothing that this person could write would be right.
    """

    seconds: int
    waiting: bool = True
    limit: CodeLimit = "phone"


@dataclass(frozen=True, slots=True)
class TooMany:
    """The phone, the person, the team, or its newcomers have had as many as they may.

    `until`: from then on there may be another; `None`: when the team's day is over.
    """

    until: datetime | None = None
    limit: CodeLimit = "team"


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a code that somebody wrote; `phone` is what a right one proves.

    `left`: how many tries there still are after a wrong one. `again_in`: seconds until there may be another
    code for the phone, after one was guessed away.
    """

    result: Literal["right", "wrong", "locked", "expired"]
    phone: str | None = field(default=None, repr=False)
    left: int = 0
    again_in: int = 0


def judged(
    tries: Sequence[str], call: str, used: str | None, until: datetime, at: datetime, *, is_right: bool
) -> Compared | None:
    """What comes of a try of a code that is good `until` then; `None`: it is right, if no other call has
    `used` it.

    `tries` are the calls that may guess, with this one if it may; `used`: the call for which it was right.
    """
    if call not in tries:
        return _locked(until, at) if used is None else Compared("expired")
    if is_right:
        return None
    left = TRIES - 1 - tries.index(call)
    return Compared("wrong", left=left) if left else _locked(until, at)


def next_hour(now: datetime) -> datetime:
    """When the clock hour ends."""
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def _locked(until: datetime, at: datetime) -> Compared:
    left = (until - VALID + BETWEEN - at).total_seconds()
    return Compared("locked", again_in=max(0, math.ceil(left)))


def no_room(day: DayCount, wanted: CodeRequest, now: datetime) -> TooMany:
    """Which limit a code has met for which there was no room: the day's cap, the newcomers' share of it (a
    larger one, of them all, where somebody has brought this one), or else their share of this hour."""
    most = day.most(wanted.per_day)
    if not wanted.newcomer or day.sent >= most:
        return TooMany()
    share = NEWCOMERS_PER_DAY if wanted.by is None else BROUGHT[wanted.by.kind].per_day
    if day.newcomers >= math.ceil(most * share):
        return TooMany(limit="newcomers")
    return TooMany(next_hour(now), "newcomers")
