"""What changes, told live: one numbered stream that the page and the tests listen to."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from typing import Any

import orjson

CHANGES_KEPT = 2_000
WAITING_AT_MOST = 2_000
"""A listener that is this far behind is told to begin anew."""


class Feed:
    """Numbers changes, keeps the latest for whoever reconnects, and hands them to every listener.

    A change's id is `boot.number`; another boot, or a number that is forgotten, gives one `reset`: read the
    state again. The form is Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    """

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self._number = 0
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=CHANGES_KEPT)
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._closed = False

    @property
    def last(self) -> str:
        """The id of the latest change."""
        return f"{self.boot}.{self._number}"

    def publish(self, kind: str, change: dict[str, Any]) -> None:
        """Tell everyone. Never waits: who cannot follow is cut off and comes back."""
        self._number += 1
        line = self._line(kind, change)
        self._kept.append((self._number, line))
        for queue in tuple(self._listeners):
            if queue.qsize() >= WAITING_AT_MOST:
                self._listeners.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(line)

    async def listen(self, after: str | None, beat: float) -> AsyncGenerator[bytes, None]:
        """All changes after that id (or from now on); a comment every `beat` seconds when nothing happens."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        missed = self._missed(after)
        self._listeners.add(queue)
        try:
            yield b"retry: 1000\nevent: hello\ndata: %s\n\n" % orjson.dumps({"last": self.last})
            for line in missed:
                yield line
            while not self._closed:
                try:
                    following = await asyncio.wait_for(queue.get(), beat)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if following is None:
                    return
                yield following
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(None)

    def _missed(self, after: str | None) -> Iterable[bytes]:
        if after is None:
            return ()
        boot, _, number = after.partition(".")
        if boot != self.boot or not number.isdecimal() or int(number) > self._number:
            return (self._line("reset", {}),)
        oldest = self._kept[0][0] if self._kept else 1
        if int(number) + 1 < oldest:
            return (self._line("reset", {}),)
        return [line for n, line in self._kept if n > int(number)]

    def _line(self, kind: str, change: dict[str, Any]) -> bytes:
        return b"id: %s\nevent: %s\ndata: %s\n\n" % (self.last.encode(), kind.encode(), orjson.dumps(change))
