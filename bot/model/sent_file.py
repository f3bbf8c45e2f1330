"""A file that a person sent, as it is stored, and what kind its bytes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias


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
    """The file of a message, as it is kept: `copy` names its pieces, `type` is a name of `FILE_TYPES`."""

    event: str
    copy: str
    type: str
    size: int
    sha256: str
