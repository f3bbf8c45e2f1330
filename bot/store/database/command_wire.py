"""MongoDB's wire protocol, as much of it as one connection needs that sends commands and hears answers.

https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Mapping
from typing import Any, cast

import bson
from bson.errors import InvalidBSON

OP_MSG = 2013
_HEADER = struct.Struct("<iiiiIB")
"""Length of all, id of the request, to which it answers, kind of message, flags, kind of the section."""
_ANSWER = [OP_MSG, 0, 0]
LAST_NUMBER = 2**31 - 1
_LENGTH = struct.Struct("<i")
MOST = 16 * 1024 * 1024
"""Bytes of a command that MongoDB takes in one piece.

https://www.mongodb.com/docs/manual/reference/limits/
"""
_CODEC: bson.CodecOptions[dict[str, Any]] = bson.CodecOptions(document_class=dict, tz_aware=True)


class CommandWire(asyncio.Protocol):
    """One connection: commands go out in order, and are answered in order."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, asyncio.Future[dict[str, Any] | None]]] = deque()
        self._sent = 0
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self.is_open = False

    @property
    def is_free(self) -> bool:
        """Whether it is open and nobody waits for an answer."""
        return self.is_open and not self._waiting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It may be used from now on."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none, by their class
        self.is_open = True

    def send(self, body: bytes) -> asyncio.Future[dict[str, Any] | None]:
        """Send a command in BSON; its answer, or `None` where the connection breaks before it comes."""
        assert self._transport is not None
        answer: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._sent = self._sent % LAST_NUMBER + 1
        self._waiting.append((self._sent, answer))
        self._transport.write(_HEADER.pack(_HEADER.size + len(body), self._sent, 0, OP_MSG, 0, 0) + body)
        return answer

    def data_received(self, data: bytes) -> None:
        """Give each whole answer to who has asked first."""
        buffer = self._buffer
        buffer += data
        while len(buffer) >= _HEADER.size and len(buffer) >= (length := _LENGTH.unpack_from(buffer)[0]):
            _, _, number, *kind = _HEADER.unpack_from(buffer)
            if kind != _ANSWER or not self._waiting or self._waiting[0][0] != number:
                self.close()  # no command of ours is answered so
                return
            try:
                answer = bson.decode(bytes(buffer[_HEADER.size : length]), _CODEC)
            except InvalidBSON:
                self.close()
                return
            del buffer[:length]
            if not (waiting := self._waiting.popleft()[1]).done():
                waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """All pending calls fail: no answer will come."""
        self.is_open = False
        self._transport = None  # which may know us: no circle is left behind
        for _, waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    def close(self) -> None:
        """Break the connection."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()


def encoded(command: Mapping[str, Any]) -> bytes | None:
    """A command as it is sent; `None` where it is too large for one message."""
    body = bson.encode(command, codec_options=_CODEC)
    return body if len(body) <= MOST else None
