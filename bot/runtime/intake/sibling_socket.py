"""Events handed from one process of this machine to another: the byte format, and the listening socket.

A frame is a length, a number, and entries one after another. Its answer repeats the number and says whether
all entries are stored.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import cast

from bot.model.event import Event
from bot.model.inbox import InboxEntry, Received
from bot.model.processes import part_of
from bot.runtime.intake.receive import BeginStoring, Storing
from bot.store.unavailable import DatabaseUnavailable

FORMAT = 1
"""The version of the byte format, part of the socket's name: processes with different formats never
connect."""

LONGEST = 16 * 1024 * 1024
"""Bytes of a frame, at most; a longer one is an error."""

_HEAD = struct.Struct(">II")
"""Length of the entries in bytes, number of the frame."""
_ENTRY = struct.Struct(">dHHHI")
"""Seconds since 1970, then the lengths in bytes of id, channel, contact and raw JSON, which follow."""
_ANSWER = struct.Struct(">I?")
"""Number of the frame, whether all its entries are stored."""


class NotAFrame(Exception):
    """The bytes are not in the format of our processes."""


def frame(number: int, entries: Iterable[InboxEntry]) -> bytes:
    """The frame of these entries; the answer will have the same `number`, which is below 2**32."""
    parts: list[bytes] = []
    for entry in entries:
        name, channel, contact = entry.id.encode(), entry.channel.encode(), entry.contact.encode()
        lengths = len(name), len(channel), len(contact), len(entry.raw)
        parts += (_ENTRY.pack(entry.at.timestamp(), *lengths), name, channel, contact, entry.raw)
    body = b"".join(parts)
    return _HEAD.pack(len(body), number) + body


def answer(number: int, *, stored: bool) -> bytes:
    """The bytes of the answer to a frame."""
    return _ANSWER.pack(number, stored)


class FrameReader:
    """Parses frames from bytes as they come, however they are split."""

    def __init__(self) -> None:
        self._came = bytearray()

    def read(self, data: bytes) -> Iterator[tuple[int, list[InboxEntry]]]:
        """Number and entries of each frame that is whole now. Raises `NotAFrame`."""
        self._came += data
        while len(self._came) >= _HEAD.size:
            length, number = _HEAD.unpack_from(self._came)
            if length > LONGEST:
                raise NotAFrame
            end = _HEAD.size + length
            if len(self._came) < end:
                return
            body = bytes(self._came[_HEAD.size : end])
            del self._came[:end]
            yield number, _entries(body)


class AnswerReader:
    """Parses answers from bytes as they come, however they are split."""

    def __init__(self) -> None:
        self._came = b""

    def read(self, data: bytes) -> list[tuple[int, bool]]:
        """Number of each frame that is answered now, and whether its entries are stored."""
        came = self._came + data
        whole = len(came) - len(came) % _ANSWER.size
        self._came = came[whole:]
        return list(_ANSWER.iter_unpack(came[:whole]))


def _entries(body: bytes) -> list[InboxEntry]:
    entries: list[InboxEntry] = []
    start = 0
    try:
        while start < len(body):
            at, *lengths = _ENTRY.unpack_from(body, start)
            ends = [start + _ENTRY.size]
            for length in lengths:
                ends.append(ends[-1] + length)
            name, channel, contact, raw = (body[one:end] for one, end in pairwise(ends))
            start = ends[-1]
            person = contact.decode()
            moment = datetime.fromtimestamp(at, UTC)
            entries.append(InboxEntry(name.decode(), channel.decode(), person, part_of(person), moment, raw))
    except (struct.error, ValueError, OverflowError, OSError) as error:
        raise NotAFrame from error
    if start != len(body):
        raise NotAFrame
    return entries


log = logging.getLogger("oaflow.siblings")


class SiblingListener:
    """The Unix socket on which this process takes events from other processes."""

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
        """Stop listening; return when all frames that were taken are answered."""
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

    def __init__(self, listener: SiblingListener) -> None:
        self.under_way: set[Storing] = set()
        self._listener = listener
        self._frames = FrameReader()
        self._transport: asyncio.Transport

    def read_no_more(self) -> None:
        """Read nothing more from the connection."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def close(self) -> None:
        """Close when all answers are written."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none, by their class
        self._listener.open_now.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.open_now.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            for number, entries in self._frames.read(data):
                self._take(number, entries)
        except NotAFrame:
            log.error("another process has sent what is no event: its connection is closed")
            self._transport.abort()

    def _take(self, number: int, entries: Sequence[InboxEntry]) -> None:
        listener = self._listener
        try:
            received = [Received(entry, listener.read_event(entry)) for entry in entries]
            storing = listener.begin(received, listener.seconds)
        except Exception:  # then the process that handed them over stores them
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
