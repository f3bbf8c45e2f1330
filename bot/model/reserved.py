"""The month's messages that sendings have reserved: who holds how many, and what is left for others (I3).

LINE tells how many a channel has left, now and then. What a sending has sent since is in no figure of LINE's
yet, what it has not sent yet never was: so what counts as spent is all that it reserved, but for what it had
sent before LINE was asked (`sent_before`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

REMEMBERED_FOR = timedelta(hours=2)
"""How long one that is over is remembered: until everybody has asked LINE anew."""

SentBefore: TypeAlias = Mapping[str, int]
"""What each sending had sent when LINE was asked, or less."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A sending holds `messages` of a channel. `by`: messages sent by each process, as reported so far.

    From `over` on it holds what it has sent, and nothing more.
    """

    sending: str
    messages: int
    at: datetime
    by: Mapping[str, int] = field(default_factory=dict)
    over: datetime | None = None

    @property
    def sent(self) -> int:
        """So many it has sent, or some more."""
        return sum(self.by.values())

    @property
    def counted(self) -> int:
        """The messages that it has sent, and may still send."""
        return self.messages if self.over is None else self.sent


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A sending wants so many messages; `part`: fewer will do."""

    sending: str
    messages: int
    part: bool = False


@dataclass(frozen=True, slots=True)
class MessageGrant:
    """So many messages are reserved: all that were wanted, a part, or none. `left`: how many others left it.

    `left` is `None` where the channel has no limit. `used`: so many of the month were used before these, or
    are held by others; `None` where nobody counts.
    """

    messages: int
    left: int | None
    used: int | None = None


def sent_before(reserved: Collection[Reservation]) -> SentBefore:
    """What LINE's figure has of these, if they were read before LINE was asked."""
    return {one.sending: one.sent for one in reserved}


def held(reserved: Collection[Reservation], before: SentBefore, but: str = "") -> int:
    """How many messages are spoken for, beside those in LINE's figure and those of the sending `but`."""
    return sum(max(0, one.counted - before.get(one.sending, 0)) for one in reserved if one.sending != but)


def granted(
    reserved: Collection[Reservation], wanted: ReservationRequest, quota: int | None, before: SentBefore
) -> MessageGrant:
    """What a sending gets of the `quota`: messages left by LINE's figure (`None`: without limit).

    Asked again, as after a crash, it keeps what it has, and may get more.
    """
    mine = next((one for one in reserved if one.sending == wanted.sending and one.over is None), None)
    if quota is None:
        return MessageGrant(wanted.messages, None)
    left = max(0, quota - held(reserved, before, wanted.sending))
    most = max(left + before.get(wanted.sending, 0), 0 if mine is None else mine.messages)
    if most >= wanted.messages:
        return MessageGrant(wanted.messages, left)
    return MessageGrant(most if wanted.part else 0 if mine is None else mine.messages, left)


def with_grant(
    reserved: Collection[Reservation], wanted: ReservationRequest, grant: MessageGrant, now: datetime
) -> tuple[Reservation, ...]:
    """What is reserved then; those that were over long ago are forgotten."""
    current = [one for one in reserved if one.over is None or now - one.over < REMEMBERED_FOR]
    for number, one in enumerate(current):
        if one.sending == wanted.sending:
            current[number] = replace(one, messages=max(grant.messages, one.sent), over=None)
            return tuple(current)
    return (*current, Reservation(wanted.sending, grant.messages, now)) if grant.messages else tuple(current)
