"""Transcripts of chats: what came in with a turn, what was answered and why; and the files in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from bot.model.message import Message

ELSEWHERE = "external"
"""The `provider` of a picture that LINE does not have: a page has sent its address.

https://developers.line.biz/en/reference/messaging-api/#wh-image
"""

Secrecy: TypeAlias = Literal["", "private", "once", "unsent"]
"""What became of what somebody sent: shown; `private`, an answer to a private question, or a place on the
map: masked like a private attribute; `once`, a one-time code, and `unsent`: nothing is stored of it."""


class Incoming(NamedTuple):
    """What the person sent: its `kind` as on the timeline, `content` the stored part (a text, or fields).

    `sent` is LINE's own time in milliseconds, 0 where it tells none.
    """

    kind: str
    content: str | Mapping[str, Any]
    sent: int = 0
    secrecy: Secrecy = ""

    @property
    def photo_of(self) -> str | None:
        """The row of the first of the photos that this one was sent with, if it is a later one of them."""
        return self.content.get("photo_of") if isinstance(self.content, Mapping) else None


class TranscriptCall(NamedTuple):
    """A reply or push: its place among what its turn has decided to do, and its messages as LINE got them."""

    number: int
    kind: str
    messages: Sequence[Message]


class Cause(NamedTuple):
    """Why it was sent: the `step` of the trace, its `place`, and the `flow` (`NAME: STATE`).

    `event` is the turn's where no message came in, as on the timeline; `actor` are staff, as the audit log
    names them.
    """

    step: str = ""
    place: str = ""
    flow: str = ""
    event: str = ""
    actor: str = ""

    def payload(self) -> dict[str, str]:
        """All of it, by the names that programs read."""
        of = {"step": self.step, "place": self.place, "flow": self.flow, "event": self.event}
        return {**of, "who": self.actor}


class TranscriptRow(NamedTuple):
    """The transcript of one turn in one chat (`channel:userId`), to be stored: messages in and out.

    `id` is that of the event; in a chat on another channel than the event's with `>CHANNEL` behind it. `at`
    never goes back in a chat, and `turn` orders those of one moment. A later one of photos sent at once has
    the moment of the first, and 0: what the first was answered stands behind it. `body` is made by
    `encode_transcript`.
    """

    id: str
    chat: str
    at: datetime
    turn: int
    body: bytes


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
        """Its position."""
        return TranscriptCursor(self.at, self.turn)


class Unsend(NamedTuple):
    """LINE tells that the person has taken a `message` back, in this chat; `contact` is whose it is now."""

    contact: str
    chat: str
    message: str
    at: datetime


class FileType(NamedTuple):
    """How its name ends, without a dot, and its media type."""

    extension: str
    media: str


UNKNOWN = FileType("bin", "application/octet-stream")
"""All else, whatever runs or is drawn among it (programs, scripts, HTML, SVG): nothing opens it by itself."""
HEAD = 16
"""Bytes of a file by which it is known."""

_JPEG, _PNG, _GIF = FileType("jpg", "image/jpeg"), FileType("png", "image/png"), FileType("gif", "image/gif")
_MP4, _M4A, _MP3 = FileType("mp4", "video/mp4"), FileType("m4a", "audio/mp4"), FileType("mp3", "audio/mpeg")
_BEGINS: Sequence[tuple[bytes, FileType]] = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"%PDF-", FileType("pdf", "application/pdf")),
    (b"ID3", _MP3),
    (b"\xff\xfb", _MP3),
    (b"\xff\xf3", _MP3),
    (b"\xff\xf2", _MP3),
    (b"\xff\xf1", FileType("aac", "audio/aac")),
    (b"\xff\xf9", FileType("aac", "audio/aac")),
    (b"OggS", FileType("ogg", "audio/ogg")),
    (b"\x1aE\xdf\xa3", FileType("webm", "video/webm")),
    (b"PK\x03\x04", FileType("zip", "application/zip")),  # also of Word and Excel, which are archives
)
_RIFF: Mapping[bytes, FileType] = {
    b"WEBP": FileType("webp", "image/webp"),
    b"WAVE": FileType("wav", "audio/wav"),
}
_BRANDS: Mapping[bytes, FileType] = {
    b"heic": FileType("heic", "image/heic"),
    b"heix": FileType("heic", "image/heic"),
    b"mif1": FileType("heic", "image/heic"),
    b"avif": FileType("avif", "image/avif"),
    b"qt  ": FileType("mov", "video/quicktime"),
    b"M4A ": _M4A,
    b"M4B ": _M4A,
}
"""Of ISO base media files (https://mp4ra.org/registered-types/brands); all others are taken for MP4."""


def file_type(head: bytes) -> FileType:
    """What begins like this; `UNKNOWN` where nobody can say."""
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    return next((kind for begin, kind in _BEGINS if head.startswith(begin)), UNKNOWN)


FILE_TYPES: Mapping[str, FileType] = {
    one.extension: one
    for one in (UNKNOWN, _MP4, *(kind for _, kind in _BEGINS), *_RIFF.values(), *_BRANDS.values())
}
"""All that there are, by how their names end."""


@dataclass(frozen=True, slots=True)
class StaffPicture:
    """A picture that staff send, as LINE gets it: JPEG or PNG, without anything but its pixels."""

    content: bytes = field(repr=False)
    type: FileType


_STAFF_PICTURE = re.compile(r"/media/staff/([0-9a-f]{32})[.](?:jpg|png)")


def picture_event(token: str) -> str:
    """What stands for an event's id where a picture of staff's is stored."""
    return f"STAFF:{token}"


def picture_path(token: str, extension: str) -> str:
    """Where a picture of staff's is served, below our own address."""
    return f"/media/staff/{token}.{extension}"


def picture_token(address: str) -> str | None:
    """The token of the picture of staff's that is served at this address."""
    found = _STAFF_PICTURE.search(address)
    return None if found is None else found[1]


FileKind: TypeAlias = Literal["image", "video", "audio", "file"]
"""What LINE calls a message that came with a file.

https://developers.line.biz/en/reference/messaging-api/#get-content
"""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The message that it came with: LINE's `id`, its row of the conversation (`event`, `chat`, `at`)."""

    id: str
    kind: FileKind
    event: str
    chat: str
    at: datetime

    @property
    def channel(self) -> str:
        """The account that it was sent to, who alone may ask LINE for it."""
        return self.chat.partition(":")[0]


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """The stored file of a message: `copy` names its pieces, `type` is a name of `FILE_TYPES`."""

    event: str
    copy: str
    type: str
    size: int
    sha256: str
