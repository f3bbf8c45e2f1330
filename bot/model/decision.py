"""What `decide` answers: the contact as it is now, what is to be done, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.model.contact import Contact
from bot.model.event import ReplyToken

Message: TypeAlias = Mapping[str, Any]
"""One LINE message object, as LINE's API takes it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the playbook: file (relative), line and column (from 1), and the path of keys to it."""

    file: str
    line: int
    column: int
    path: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with the event's reply token: free, once. At most 5 messages."""

    token: ReplyToken
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """Send without a token: counts against the OA's quota. At most 5 messages."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class LeaveChat:
    """Leave the group or room (`kind`) that this contact stands for."""

    kind: str


Action: TypeAlias = Reply | Push | LeaveChat


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a decision: where in the playbook, what was looked at, what came out, because of what.

    `because` may hold what a person said; it is sealed wherever it is stored.
    """

    place: Place | None
    what: str
    result: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one turn. Nothing has happened yet: the runtime writes `contact`, then acts."""

    contact: Contact
    actions: tuple[Action, ...] = ()
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What else a decision may ask; read once per batch. `None` = not known."""

    quota_left: int | None = None
