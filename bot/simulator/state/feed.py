"""Live changes: one numbered stream for the page and for tests; and the log of what happened, which is
published there."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import orjson

CHANGES_KEPT = 2_000
"""Changes that are stored; a listener that is further behind has to read the state again."""
BYTES_KEPT = 32 * 1024 * 1024
"""Bytes of all stored changes together."""


class Feed:
    """Numbers changes and stores the latest, from which every listener reads at its own pace.

    A change's id is `boot.number`. Where the boot is another, or the number forgotten, the listener gets one
    `reset`: read the state again. The form is Server-Sent Events
    (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    """

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self._number = 0
        self._kept: deque[bytes] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self._closed = False

    @property
    def last(self) -> str:
        """The id of the latest change."""
        return f"{self.boot}.{self._number}"

    def publish(self, kind: str, change: dict[str, Any]) -> None:
        """Publish a change. Never waits: a listener that falls too far behind is cut off and reconnects."""
        self._number += 1
        line = self._line(kind, change)
        self._kept.append(line)
        self._size += len(line)
        while len(self._kept) > CHANGES_KEPT or self._size > BYTES_KEPT:
            self._size -= len(self._kept.popleft())
        self._wake()

    async def listen(self, after: str | None, beat: float) -> AsyncGenerator[bytes, None]:
        """All changes after that id (or from now on); a comment every `beat` seconds when nothing happens."""
        last = self._number if after is None else self._event_number(after)
        yield b"retry: 1000\nevent: hello\ndata: %s\n\n" % orjson.dumps({"last": self.last})
        if last is None or not self._follows(last):
            last = self._number
            yield self._line("reset", {})
        while not self._closed and self._follows(last):
            if last < self._number:
                last += 1
                yield self._kept[last - self._number - 1]
                continue
            news = self._news
            with suppress(TimeoutError):
                async with asyncio.timeout(beat):
                    await news.wait()
            if not news.is_set():
                yield b": still here\n\n"

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _follows(self, last: int) -> bool:
        """Whether everything after that number is still stored."""
        return last >= self._number - len(self._kept)

    def _event_number(self, after: str) -> int | None:
        """The number that an id of this boot has; `None` for any other text."""
        boot, _, number = after.partition(".")
        digits = boot == self.boot and number.isdecimal() and len(number) <= len(str(self._number))
        return int(number) if digits and int(number) <= self._number else None

    def _line(self, kind: str, change: dict[str, Any]) -> bytes:
        return b"id: %s\nevent: %s\ndata: %s\n\n" % (self.last.encode(), kind.encode(), orjson.dumps(change))


KEPT = 300
"""Entries of the log."""


class Happened:
    """The log: entries by id. One that is added again (the next attempt of a webhook) replaces the earlier
    one in its place."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._entries: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def add(self, entry: dict[str, Any]) -> None:
        """Store the entry (it has an `id`) and publish it."""
        self._entries[entry["id"]] = entry
        while len(self._entries) > KEPT:
            self._entries.popitem(last=False)
        self._feed.publish("happened", entry)

    def latest(self) -> list[dict[str, Any]]:
        """All stored entries, oldest first."""
        return list(self._entries.values())
