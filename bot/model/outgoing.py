"""What turns have decided to do in the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.model.message import JourneyPush

OutgoingKind = Literal["reply", "push", "leave", "loading", "menu", "note", "ask", "tell"]
"""Five calls to LINE; a line for the timeline; what is asked of somebody else, who answers by an event; what
somebody else is told, who does not."""


@dataclass(slots=True)
class Outgoing:
    """One thing that a turn has decided to do, kept on the contact until it is done or set aside.

    `body` is the request's JSON without token and recipient (of a `note` its row, of a `menu` its name, of an
    `ask` or `tell` the effect), sealed in the database; `token` the reply token (kind `reply`); `retry_key`
    LINE's X-Line-Retry-Key (kind `push`); `received` when the event came, from which the token's life counts;
    `created` when the turn was taken, from which the key's 24 hours count; `journeys` says of each message in
    `body` which journey pushes it (kinds `reply` and `push`; empty: none).
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
    journeys: tuple[JourneyPush | None, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A call that was given up, with the reason, kept for a person to look at."""

    outgoing: Outgoing
    contact: str
    part: int
    at: datetime
    reason: str
    detail: str
