"""A MongoDB behind a connection that breaks exactly where a test says: before or after an operation."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cut:
    """Break the connection at the next `times` requests that hold all of these bytes.

    `heard`: MongoDB carries the request out and only its answer is lost; else it never hears of it.
    """

    marks: tuple[bytes, ...]
    heard: bool
    times: int = 2  # the driver makes a write once more by itself

    def fits(self, request: bytes) -> bool:
        return self.times > 0 and all(mark in request for mark in self.marks)


def command(name: str, collection: str) -> bytes:
    """How a command on a collection begins on the wire.

    https://www.mongodb.com/docs/v6.0/reference/mongodb-wire-protocol/#op_msg
    """
    value = collection.encode() + b"\0"
    return b"\x02" + name.encode() + b"\0" + struct.pack("<i", len(value)) + value


class MongoProxy:
    """Passes on what is said between a bot and a mongod. Made by `running`."""

    def __init__(self, upstream: Path) -> None:
        self._upstream = upstream
        self._cut: Cut | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def running(cls, upstream: Path, tls: ssl.SSLContext | None = None) -> AsyncIterator[MongoProxy]:
        """A proxy on a port of its own for the mongod behind the socket `upstream`; `tls`: reached by it."""
        proxy = cls(upstream)
        server = await asyncio.start_server(proxy._accept, "127.0.0.1", 0, ssl=tls)
        proxy.port = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            server.close()
            for task in list(proxy._tasks):
                task.cancel()
            await asyncio.gather(*proxy._tasks, return_exceptions=True)

    def cut(self, marks: tuple[bytes, ...], *, heard: bool) -> Cut:
        """Break the connection at an operation; its `times` count down."""
        self._cut = Cut(marks, heard)
        return self._cut

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        there, back = await asyncio.open_unix_connection(str(self._upstream))
        unanswered: set[int] = set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._requests(reader, back, unanswered))
                group.create_task(_answers(there, writer, unanswered))
        except* (ConnectionError, asyncio.IncompleteReadError):
            pass  # one side has gone: so does the other
        finally:
            writer.transport.abort()  # it breaks: nobody says good bye
            back.close()

    async def _requests(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, unanswered: set[int]
    ) -> None:
        while True:
            number, _, request = await _message(reader)
            cut = self._cut
            if cut is not None and cut.fits(request):
                cut.times -= 1
                if not cut.heard:
                    raise ConnectionResetError
                unanswered.add(number)
            back.write(request)
            await back.drain()


async def _answers(there: asyncio.StreamReader, writer: asyncio.StreamWriter, unanswered: set[int]) -> None:
    while True:
        _, request, answer = await _message(there)
        if request in unanswered:
            raise ConnectionResetError
        writer.write(answer)
        await writer.drain()


async def _message(reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
    """The next message with its number, and the number of the one that it answers.

    https://www.mongodb.com/docs/v6.0/reference/mongodb-wire-protocol/#standard-message-header
    """
    head = await reader.readexactly(12)
    length, number, answered = struct.unpack("<iii", head)
    return number, answered, head + await reader.readexactly(length - 12)
