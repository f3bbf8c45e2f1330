"""The pictures that friends send, in memory: the oldest are forgotten when there are too many."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

BYTES_AT_MOST = 64 * 1024 * 1024
"""Bytes of all pictures together."""
PICTURE_AT_MOST = 10 * 1024 * 1024
"""Bytes in one picture."""
GONE_KEPT = 10_000
"""Forgotten pictures of which the id is still known."""


@dataclass(frozen=True, slots=True)
class PictureBytes:
    """The bytes of a picture, as they came."""

    kind: Literal["image/jpeg", "image/png"]
    content: bytes


class Pictures:
    """Pictures by the id of their message, each with the channel that may read it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, PictureBytes]] = OrderedDict()
        self._gone: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def keep(self, message: str, channel: str, picture: PictureBytes) -> None:
        """Store a picture; the oldest ones are forgotten where there is no room."""
        self._kept[message] = channel, picture
        self._bytes += len(picture.content)
        while self._bytes > BYTES_AT_MOST:
            self.forget(next(iter(self._kept)))

    def forget(self, message: str) -> None:
        """Remove a picture, as when its message is unsent; nothing where there is none."""
        kept = self._kept.pop(message, None)
        if kept is None:
            return
        self._bytes -= len(kept[1].content)
        self._gone[message] = kept[0]
        while len(self._gone) > GONE_KEPT:
            self._gone.popitem(last=False)

    def find(self, message: str, channel: str | None = None) -> PictureBytes | None:
        """The picture of this message, on this channel where one is given."""
        kept = self._kept.get(message)
        return kept[1] if kept is not None and channel in (None, kept[0]) else None

    def was_forgotten(self, message: str, channel: str) -> bool:
        """Whether there was one that has been forgotten."""
        return self._gone.get(message) == channel
