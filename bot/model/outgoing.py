"""What turns have decided to do in the world."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import Literal
from uuid import UUID

from bot.model.message import JourneyPush


class DerivedIds:
    """The ids of one kind, which has a name space of its own."""

    def __init__(self, space: UUID) -> None:
        self._space = sha1(space.bytes, usedforsecurity=False)

    def hex_of(self, name: str) -> str:
        """What follows from `name`: 32 hexadecimal digits."""
        hashed = self._space.copy()
        hashed.update(name.encode())
        made = bytearray(hashed.digest()[:16])
        made[6] = made[6] & 0x0F | 0x50  # the version
        made[8] = made[8] & 0x3F | 0x80  # the variant
        return made.hex()

    def uuid_of(self, name: str) -> str:
        """The same as UUIDs are written."""
        made = self.hex_of(name)
        return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"


OutgoingKind = Literal["reply", "push", "fallback", "leave", "loading", "menu", "note", "ask", "tell"]
"""Calls to LINE: `reply`; `push`; `fallback`, the push of what rides in the reply just before it, made only
where that has surely not been sent; `leave` a group or room; `loading`, the animation; `menu`, linked to a
person. `note`: a row of the timeline. `ask`: a request to a service, whose outcome comes back as an event.
`tell`: a notice to one, without an outcome."""


@dataclass(slots=True)
class Outgoing:
    """One action that a turn has decided, stored on the contact until it is done or set aside.

    `to`: LINE's id of the user, group or room whom it goes to, or (`note`, `ask`, `tell`) is about. `body`:
    the request's JSON without token and recipient (of a `note` its row, of a `menu` its name, of an `ask` or
    `tell` the effect), sealed in the database. `token`: the reply token (kind `reply`). `retry_key`: LINE's
    X-Line-Retry-Key (kinds `push`, `fallback`); of an `ask` or `tell` that is resent, the id of the first
    one, by which the service knows it again. `received`: when the event came, from which the token's life
    counts. `created`: when the turn was taken, from which the 24 hours of the key count. `journeys`: of each
    message in `body` the journey that pushes it (kinds `reply`, `push`, `fallback`; empty: none).
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

    @property
    def number(self) -> int:
        """Its place among what its turn has decided to do, from 0: ids are `EVENT#NUMBER`."""
        return int(self.id.rpartition("#")[2])


@dataclass(frozen=True, slots=True)
class Handled:
    """What somebody has done about what was given up: sent once more, as the call of `event`, or dropped."""

    how: Literal["resent", "dropped"]
    actor: str
    at: datetime
    event: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A call that was given up, stored for inspection: `reason`, a `GiveUpReason`; `detail`, words for staff.

    `request_id` is what LINE calls the request by that it was refused with, where LINE has answered.
    `tries`: attempts of the process that gave it up. `elsewhere`: of a reply, how many of its last messages
    were to go as a push of their own. `handled`: nobody looks for it any more.
    """

    outgoing: Outgoing
    contact: str
    part: int
    at: datetime
    reason: str
    detail: str
    request_id: str | None = None
    tries: int = 1
    elsewhere: int = 0
    handled: Handled | None = None

    @property
    def name(self) -> str:
        """What a log may call it: the ids of calls that timers make hold LINE user ids."""
        return hashlib.sha256(self.outgoing.id.encode()).hexdigest()[:12]
