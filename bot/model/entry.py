"""What lies in the database between receiving an event and having answered it.

What is made for every event is not frozen: a frozen dataclass costs three times as much to make.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal

from bot.model.contact import Contact
from bot.model.event import Event

PARTS = 256


@lru_cache(65_536)
def part_of(contact: str) -> int:
    """The part (0–255) that a contact id belongs to; stored, so it must never change."""
    return hashlib.blake2b(contact.encode(), digest_size=1).digest()[0]


@dataclass(slots=True)
class InboxEntry:
    """An event as it was received: `raw` is LINE's JSON of this one event, sealed in the database.

    `id` is `channel:webhookEventId`; `contact` names the lane in which it is taken in order; `at` (UTC) is
    when it was first stored; `tries` counts the processes that began it and died.
    """

    id: str
    channel: str
    contact: str
    part: int
    at: datetime
    raw: bytes = field(repr=False)
    tries: int = 0


@dataclass(slots=True)
class Received:
    """An event with the entry that it is stored as."""

    entry: InboxEntry
    event: Event


OutgoingKind = Literal["reply", "push", "leave"]


@dataclass(slots=True)
class Outgoing:
    """One call to LINE that a turn has decided, kept on the contact until it is done or set aside.

    `body` is the request's JSON without token and recipient, sealed in the database; `token` the reply token
    (kind `reply`); `retry_key` LINE's X-Line-Retry-Key (kind `push`); `received` when the event came, from
    which the token's life counts; `created` when the turn was taken, from which the key's 24 hours count.
    """

    id: str
    event: str
    channel: str
    kind: OutgoingKind
    to: str
    body: bytes = field(repr=False)
    created: datetime
    received: datetime
    token: str | None = field(repr=False, default=None)
    retry_key: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A contact as it lies in the database.

    `revision` counts its turns (0: none yet). `open` are the ids of events that were decided but
    whose inbox entries are not marked done; `outgoing` what has not been sent; `waiting` ids of events that
    another process stored and that must be read from the inbox before this contact's next turn.
    """

    contact: Contact
    revision: int
    open: frozenset[str] = frozenset()
    outgoing: tuple[Outgoing, ...] = ()
    waiting: frozenset[str] = frozenset()


@dataclass(slots=True)
class TurnWrite:
    """All that a batch changes on one contact, written in one operation, if nobody was faster.

    It takes effect only if the stored revision is still `base` and no newer `fence` (the number of the
    part's lease) has written; and, unless `reread`, only if nothing is `waiting`. `opened` are the ids of
    the events decided; `heard` the ids to take out of `waiting`; `born`: the contact was not there before.
    """

    before: Contact
    after: Contact
    part: int
    base: int
    fence: int
    opened: tuple[str, ...]
    outgoing: tuple[Outgoing, ...]
    reread: bool = False
    heard: tuple[str, ...] = ()
    born: bool = False


@dataclass(slots=True)
class TimelineRow:
    """One thing that happened to a contact, for its timeline. `what` names it without personal data."""

    id: str
    contact: str
    part: int
    at: datetime
    what: str
    details: tuple[str, ...] = ()


@dataclass(slots=True)
class TraceRow:
    """Why the bot did what it did in one turn, by which playbook; `steps` is JSON, sealed in the database."""

    id: str
    contact: str
    part: int
    at: datetime
    version: str
    steps: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A call to LINE that was given up, with the reason, kept for a person to look at."""

    outgoing: Outgoing
    contact: str
    part: int
    at: datetime
    reason: str
    detail: str


@dataclass(slots=True)
class Settled:
    """What is finished with one contact: events whose inbox entries are done, calls that are done."""

    contact: str
    part: int
    events: tuple[str, ...]
    sent: tuple[str, ...]
