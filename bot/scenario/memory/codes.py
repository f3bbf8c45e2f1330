"""One-time codes of a scenario, in memory: nothing is sent, everything is counted (B12)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model.issued_code import (
    DAY,
    FIRST_TO_PHONE,
    OF_PHONE,
    OF_USER,
    CodeLimit,
    CodeRequest,
    Compared,
    DayCount,
    Issued,
    IssuedBefore,
    Limits,
    TooMany,
    TooSoon,
    judged,
    no_room,
)
from bot.model.one_time_code import (
    BETWEEN,
    BROUGHT,
    NEWCOMERS_PER_DAY,
    TRIES,
    VALID,
    newcomers_in_an_hour,
    pace,
)
from bot.services.caller import Caller

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class SentCode:
    """A code that was issued, and what has become of it."""

    wanted: CodeRequest
    code: str
    at: datetime
    """When it was issued (UTC)."""
    is_first: bool
    """Whether it is the user's first to this phone in a day."""
    expected: datetime
    """When it was last requested."""
    tries: list[str] = field(default_factory=list)
    """The ids of the calls that have guessed."""
    used: str | None = None
    """The id of the call that was right."""

    def is_good(self, now: datetime) -> bool:
        """Whether its contact may still enter it."""
        return self.used is None and len(self.tries) < TRIES and now < self.at + VALID


class CodesInMemory:
    """A `CodeLedger`, and the `CodeCourier`: `fails` while the provider does not answer."""

    def __init__(self, credit: Callable[[], str] = lambda: "fine") -> None:
        self.fails = False
        self._credit = credit
        self._codes: dict[str, SentCode] = {}
        """By the id of the call that requested it."""

    @property
    def sent(self) -> list[SentCode]:
        """All SMS, the first first."""
        return [*self._codes.values()]

    def of(self, contact: str) -> list[SentCode]:
        """All SMS that this person got, the first first."""
        return [one for one in self._codes.values() if one.wanted.contact == contact]

    def rename(self, old: str, new: str) -> None:
        """Move the codes of a contact that has been merged to the other contact."""
        for code in self.of(old):
            code.wanted = replace(code.wanted, contact=new)

    # -- the courier

    def reaches(self, channel: str) -> bool:
        """Whether an SMS provider is set for the channel: in a scenario always."""
        return True

    async def deliver(self, wanted: CodeRequest, issued: Issued, caller: Caller) -> bool:
        return not self.fails and self._credit() != "none"

    # -- the ledger

    async def issue(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore | TooSoon | TooMany:
        if wanted.call in self._codes:
            return IssuedBefore()
        to_phone = [one for one in self.sent if one.wanted.phone == wanted.phone and one.at > now - DAY]
        is_first = not any(one.is_first and one.wanted.user == wanted.user for one in to_phone)
        full = self._full(wanted, to_phone, FIRST_TO_PHONE if is_first else OF_PHONE, now)
        if full is not None:
            return full
        code = _code(len(self._codes))
        self._codes[wanted.call] = SentCode(wanted, code, now, is_first, now)
        return Issued(code, self._day(wanted.day, now))

    async def take_back(self, wanted: CodeRequest) -> None:
        self._codes.pop(wanted.call, None)

    async def compare(self, call: str, contact: str, code: str, at: datetime) -> Compared:
        mine = sorted(self.of(contact), key=lambda one: one.expected)
        known = next((one for one in mine if call in one.tries), mine[-1] if mine else None)
        if known is None or known.at + VALID <= at:
            return Compared("expired")
        if known.is_good(at) and call not in known.tries:
            known.tries.append(call)
        is_right = code == known.code
        settled = judged(known.tries, call, known.used, known.at + VALID, at, is_right=is_right)
        if settled is not None:
            return settled
        known.used = known.used or call
        return Compared("right", known.wanted.phone) if known.used == call else Compared("expired")

    def _full(
        self, wanted: CodeRequest, to_phone: Sequence[SentCode], limits: Limits, now: datetime
    ) -> TooSoon | TooMany | None:
        """Why no code may be issued, by the first limit that is reached; `None`: it may."""
        if (until := _full_until(to_phone, limits, now)) is not None:
            last = max(to_phone, key=lambda one: one.at)
            again = last.at + BETWEEN
            return TooMany(until, "phone") if again <= now else _too_soon(again, [last], wanted, now, "phone")
        day = self._day(wanted.day, now)
        speed = pace(day.this_hour, day.most(wanted.per_day), newcomer=wanted.newcomer)
        of_user = (*OF_USER, (speed.pause, 1)) if speed.pause else OF_USER
        mine = [one for one in self.sent if one.wanted.user == wanted.user]
        if (until := _full_until(mine, of_user, now)) is not None:
            if until > now + speed.pause:
                return TooMany(until, "person")
            return _too_soon(until, to_phone, wanted, now, "person")
        place = (wanted.address, wanted.newcomer)
        there = [one for one in self.sent if (one.wanted.address, one.wanted.newcomer) == place]
        until = _full_until(there, ((MINUTE, speed.from_address),), now)
        if wanted.address is not None and until is not None:
            return _too_soon(until, to_phone, wanted, now, "address")
        return None if self._has_room(day, wanted, now) else no_room(day, wanted, now)

    def _day(self, day: str, now: datetime) -> DayCount:
        there = [one for one in self.sent if one.wanted.day == day]
        newcomers = [one for one in there if one.wanted.newcomer]
        return DayCount(len(there), None, len(newcomers), len(_of_hour(newcomers, now)))

    def _has_room(self, day: DayCount, wanted: CodeRequest, now: datetime) -> bool:
        """Whether the day has a code left. The same rule as in `bot.store.counters.code_limits`, which counts
        in the database."""
        most = day.most(wanted.per_day)
        if day.sent >= most or not wanted.newcomer:
            return day.sent < most
        in_hour, by = newcomers_in_an_hour(most), wanted.by
        if day.newcomers < math.ceil(most * NEWCOMERS_PER_DAY) and day.this_hour < in_hour:
            return True
        if by is None:
            return False
        beyond = BROUGHT[by.kind]
        theirs = [one for one in self.sent if (one.wanted.day, one.wanted.by) == (wanted.day, by)]
        return (
            day.newcomers < math.ceil(most * beyond.per_day)
            and day.this_hour < in_hour + round(in_hour * beyond.in_hour)
            and len(_of_hour(theirs, now)) < beyond.of_one
        )


def _full_until(sent: Iterable[SentCode], limits: Limits, now: datetime) -> datetime | None:
    """When there is room again, where one of the limits has left none."""
    recent = sorted((one.at for one in sent if one.at > now - max(span for span, _ in limits)), reverse=True)
    if all(sum(at > now - span for at in recent) < most for span, most in limits):
        return None
    return max(recent[most - 1] + span for span, most in limits if len(recent) >= most)


def _too_soon(
    until: datetime, sent: Iterable[SentCode], wanted: CodeRequest, now: datetime, limit: CodeLimit
) -> TooSoon:
    """The refusal until this moment; of these codes the contact's latest good one counts as requested
    again."""
    good = [one for one in sent if one.wanted.contact == wanted.contact and one.is_good(now)]
    if good:
        max(good, key=lambda one: one.expected).expected = now
    return TooSoon(math.ceil((until - now).total_seconds()), waiting=bool(good), limit=limit)


def _of_hour(sent: Iterable[SentCode], now: datetime) -> list[SentCode]:
    """The codes that were issued in the current clock hour."""
    begun = now.replace(minute=0, second=0, microsecond=0)
    return [one for one in sent if one.at.replace(minute=0, second=0, microsecond=0) == begun]


def _code(number: int) -> str:
    """Six digits, the same in every run, never 000000 or 123456, which people use for a wrong code."""
    return str(200_000 + int(sha256(str(number).encode()).hexdigest(), 16) % 700_000)
