"""Transcripts of chats: what came in with a turn, what was answered, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from bot.model.message import Message

RETENTION_DAYS = 180
"""For how long conversations are kept where a playbook does not say."""

ELSEWHERE = "external"
"""The `provider` of a picture that LINE does not have: a page has sent its address.

https://developers.line.biz/en/reference/messaging-api/#wh-image
"""

Secrecy: TypeAlias = Literal["", "private", "once", "unsent"]
"""What became of what somebody sent: shown; `private`, an answer to a private question, or a place on the
map: masked like a private attribute; `once`, a one-time code, and `unsent`: nothing is kept of it."""


class Incoming(NamedTuple):
    """What the person sent: its `kind` as on the timeline, `content` what is kept of it (a text, or fields).

    `sent` is LINE's own time in milliseconds, 0 where it tells none.
    """

    kind: str
    content: str | Mapping[str, Any]
    sent: int = 0
    secrecy: Secrecy = ""


class TranscriptCall(NamedTuple):
    """A reply or push: its place among what its turn has decided to do, and its messages as LINE got them."""

    number: int
    kind: str
    messages: Sequence[Message]


class Cause(NamedTuple):
    """Why it was said: by what `step` of the trace at which `place`, in which `flow` (`NAME: STATE`).

    `event` is the turn's where no message came in, as on the timeline; `who` are staff, as the audit log
    names them.
    """

    step: str = ""
    place: str = ""
    flow: str = ""
    event: str = ""
    who: str = ""


class TranscriptRow(NamedTuple):
    """The transcript of one turn in one chat (`channel:userId`), to be stored: messages in and out.

    `id` is that of the event; in a chat on another channel than the event's with `>CHANNEL` behind it. `at`
    never goes back in a chat, and `turn` tells those of one moment apart. `said` is as `said_bytes` makes it.
    """

    id: str
    chat: str
    at: datetime
    turn: int
    said: bytes


class TranscriptCursor(NamedTuple):
    """A place in a conversation: that of a row, or of one in each of several chats. Earlier is smaller."""

    at: datetime
    turn: int


@dataclass(frozen=True, slots=True)
class TranscriptTurn:
    """A stored row. Without a `cause`, the process had ended before it wrote one.

    Not `readable`: its key is gone, and nothing is known but its time.
    """

    id: str
    chat: str
    at: datetime
    turn: int
    readable: bool = True
    incoming: Incoming | None = field(default=None, repr=False)
    cause: Cause | None = None
    calls: tuple[TranscriptCall, ...] = field(default=(), repr=False)

    @property
    def event(self) -> str:
        """The event that it is of."""
        return self.id.partition(">")[0]

    @property
    def place(self) -> TranscriptCursor:
        """Where it stands."""
        return TranscriptCursor(self.at, self.turn)


class Unsend(NamedTuple):
    """LINE tells that the person has taken a `message` back, in this chat; `contact` is whose it is now."""

    contact: str
    chat: str
    message: str
    at: datetime
