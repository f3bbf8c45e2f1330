"""A picture, video, sound or file that a person sent, as it is kept once staff have opened it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

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
class KeptAttachment:
    """The file of a message, as it is kept: `copy` names its pieces, `type` is a name of `FILE_TYPES`."""

    event: str
    copy: str
    type: str
    size: int
    sha256: str
