"""What happened to a contact, and why: rows for its timeline and trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.counts import Counted
from bot.model.fast_dataclass import fast_dataclass


class CallSuccess(StrEnum):
    """How a call had its effect, or needed none any more; the words are stored."""

    ACCEPTED = "accepted"
    KNOWN_ALREADY = "known-already"
    SENT_BEFORE = "sent-before"
    NOT_THERE = "not-there"
    SUPERSEDED = "superseded"
    NOT_AT_LINE = "not-at-line"
    LEFT_OUT = "left-out"
    PUSHED_INSTEAD = "pushed-instead"
    CARRIED_OUT = "told"


class GiveUpReason(StrEnum):
    """Why a call was given up, or an event set aside (`aside`, `replayed`); the words are stored."""

    REPLY_TOKEN_DEAD = "reply-token-dead"
    BAD_REQUEST = "bad-request"
    QUOTA = "quota"
    ACCESS_TOKEN_REFUSED = "access-token-refused"
    NOT_FOUND = "not-found"
    TOO_LARGE = "too-large"
    THROTTLED = "throttled"
    NOT_SENT = "not-sent"
    NO_ANSWER = "no-answer"
    BRAKE = "brake"
    MENU_GONE = "menu-gone"
    CARD_LEFT_OUT = "card-left-out"
    RETRY_KEY_EXPIRED = "retry-key-expired"
    NO_SUCH_CHANNEL = "no-such-channel"
    TOO_LATE = "too-late"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    UNSURE = "unsure"
    ASIDE = "aside"
    REPLAYED = "replayed"


CODE_SENT = "code: sent"
"""How a row is called whose one-time code went out as an SMS."""


@fast_dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call that a turn has decided ended: `how` as in the metric `oaflow_sends_total`.

    That is a `CallSuccess`, the outcome of what was asked (`model/effects`), or, where the call was `lost`
    (given up), a `GiveUpReason`; a later version of oaflow may have stored other words.
    `request_id` and `messages` (their ids) are LINE's; `asked`: what was asked (`code`,
    `appointment`, …), empty of other calls.
    """

    how: str
    at: datetime
    lost: bool = False
    request_id: str | None = None
    messages: tuple[str, ...] = ()
    asked: str = ""


RECOVERED = "recovered"
"""What the row of a turn says whose process died before it wrote one: nobody knows why, or what was done."""


@dataclass(slots=True)
class TimelineRow:
    """One thing that happened to a contact, for its timeline. `what` names it without personal data.

    `text` is what somebody wrote about the person, sealed in the database; `counted` what it adds to the
    counts, with what became of those of its calls (by place) that `results` names. `calls` are the kinds of
    what a turn has decided to do, in order (`push outlet`: on another channel than that of its event); `ends`
    how they ended, by their place in `calls`: a missing one is under way, or its process died before it
    was written.
    """

    id: str
    contact: str
    part: int
    at: datetime
    what: str
    details: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    counted: Counted | None = None
    calls: tuple[str, ...] = ()
    ends: dict[int, CallEnd] = field(default_factory=dict)
    results: list[int] = field(default_factory=list)


@fast_dataclass(frozen=True, slots=True)
class TraceRow:
    """Why the bot did what it did in one turn, by which playbook; `steps` is JSON, sealed in the database."""

    id: str
    contact: str
    part: int
    at: datetime
    version: str
    steps: bytes = field(repr=False)
