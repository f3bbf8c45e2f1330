"""What other processes of this machine hand over is taken as if LINE had delivered it here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from bot.model.event import Event
from bot.model.inbox import InboxEntry, Received
from bot.runtime.intake.handed_events import FrameReader, NotAFrame, answer
from bot.runtime.intake.receive import BeginStoring, Storing
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.siblings")


class SiblingDoor:
    """The socket at which others find this process."""

    def __init__(
        self, begin: BeginStoring, read_event: Callable[[InboxEntry], Event], seconds: float
    ) -> None:
        """`begin` stores, within so many `seconds`."""
        self.begin, self.read_event, self.seconds = begin, read_event, seconds
        self.open_now: set[HandingVisit] = set()
        self._server: asyncio.AbstractServer | None = None
        self._path: Path | None = None

    async def open(self, path: Path) -> None:
        """Listen there. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: HandingVisit(self), str(path))
        self._path = path

    async def close(self) -> None:
        """Take no more, and answer what was taken."""
        if self._server is None or self._path is None:
            return
        self._server.close()
        visits = list(self.open_now)
        for visit in visits:
            visit.read_no_more()
        under_way = [storing for visit in visits for storing in visit.under_way]
        if under_way:
            await asyncio.wait(under_way)
        for visit in visits:
            visit.close()
        self._path.unlink(missing_ok=True)


class HandingVisit(asyncio.Protocol):
    """One process that hands events over: each frame is stored, then answered."""

    def __init__(self, door: SiblingDoor) -> None:
        self.under_way: set[Storing] = set()
        self._door = door
        self._frames = FrameReader()
        self._transport: asyncio.Transport

    def read_no_more(self) -> None:
        """What comes from now on is not taken."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def close(self) -> None:
        """Close when all answers are written."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none, by their class
        self._door.open_now.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.open_now.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            for number, entries in self._frames.read(data):
                self._take(number, entries)
        except NotAFrame:
            log.error("another process has sent what is no event: its connection is closed")
            self._transport.abort()

    def _take(self, number: int, entries: Sequence[InboxEntry]) -> None:
        door = self._door
        try:
            received = [Received(entry, door.read_event(entry)) for entry in entries]
            storing = door.begin(received, door.seconds)
        except Exception:  # whoever handed them over stores them then
            log.exception("events of another process could not be taken")
            self._answer(number, stored=False)
            return
        self.under_way.add(storing)
        storing.add_done_callback(partial(self._stored, number))

    def _stored(self, number: int, storing: Storing) -> None:
        self.under_way.discard(storing)
        error = storing.exception()
        if error is not None and not isinstance(error, DatabaseUnavailable):
            log.error("events of another process could not be stored", exc_info=error)
        self._answer(number, stored=error is None)

    def _answer(self, number: int, *, stored: bool) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer(number, stored=stored))
