"""A pretend `mongos` on loopback before a real mongod: it says that it is one, and refuses what one refuses.

All commands pass it on the wire, whoever makes them: the driver, and our own connections. It does no routing,
for one mongod has everything; it says how many shards each command would have asked (`judge`).

https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
"""

from __future__ import annotations

import asyncio
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import bson

from bot.store.collections import COLLECTIONS
from tests.sharded.judge import ShardKey, Verdict, verdicts

HEADER = struct.Struct("<iiii")
"""Length of all, id of the request, to which it answers, kind of message."""
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
REPLY_HEAD = 20
"""Bytes before the document in an `OP_REPLY`."""
OF_A_SET = (
    "setName",
    "setVersion",
    "hosts",
    "primary",
    "me",
    "electionId",
    "lastWrite",
    "topologyVersion",
    "secondary",
)
"""What a member of a replica set says of itself in `hello`, and a `mongos` does not."""
REFUSAL = {"ok": 0.0, "code": 61, "codeName": "ShardKeyNotFound"}
OF_TESTS = frozenset({"find oplog.rs()", "insert inbox()", "update contacts()"})
"""What tests themselves ask, looking at MongoDB's log or planting something: not judged."""


SHARD_KEYS = {name: spec.shard_key for name, spec in COLLECTIONS.items() if spec.shard_key}


class Router:
    """Listens on a free port of loopback, in a thread of its own. `counted`: each verdict, how often."""

    def __init__(self, socket: str, keys: Mapping[str, ShardKey], appname: str | None = None) -> None:
        """`socket`: of the mongod, a path. With an `appname` only its clients' commands are judged."""
        self._socket = socket
        self._keys = keys
        self._appname = appname
        self.counted: Counter[Verdict] = Counter()
        self.port = 0
        self._listens = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve_all()), name="router")

    @property
    def uri(self) -> str:
        """The address for clients."""
        return f"mongodb://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._listens.wait()

    def stop(self) -> None:
        """End all connections, and the thread."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve_all(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._listens.set()
            await self._over.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(self._socket)
        passage = _Passage(self._keys, self._count, self._appname)
        there = asyncio.create_task(_pass(reader, ours, writer, passage.asked))
        back = asyncio.create_task(_pass(theirs, writer, None, passage.answered))
        try:
            await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass  # the router stops
        finally:
            for one in (writer, ours):
                one.close()

    def _count(self, verdict: Verdict) -> None:
        self.counted[verdict] += 1


async def _pass(
    reader: asyncio.StreamReader,
    onward: asyncio.StreamWriter,
    back: asyncio.StreamWriter | None,
    looks: Callable[[bytes], tuple[bytes, bytes]],
) -> None:
    """Pass whole messages on, as `looks` makes them: what goes on, what goes back instead."""
    try:
        while True:
            head = await reader.readexactly(HEADER.size)
            message = head + await reader.readexactly(HEADER.unpack(head)[0] - HEADER.size)
            on, instead = looks(message)
            if on:
                onward.write(on)
                await onward.drain()
            if instead and back is not None:
                back.write(instead)
                await back.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return


class _Passage:
    """One connection: what is asked, and what `hello` is answered."""

    def __init__(
        self, keys: Mapping[str, ShardKey], count: Callable[[Verdict], None], appname: str | None
    ) -> None:
        self._keys, self._count, self._appname = keys, count, appname
        self._is_judged = appname is None
        self._greetings = set[int]()

    def asked(self, message: bytes) -> tuple[bytes, bytes]:
        """A request: it goes on, or is refused."""
        _, number, _, kind = HEADER.unpack_from(message)
        if kind == OP_QUERY:  # the driver's first greeting
            self._greetings.add(number)
            start = message.index(b"\0", HEADER.size + 4) + 1 + 8
            self._greeted(bson.decode(message[start:]))
            return message, b""
        command = _command(message)
        if next(iter(command)).lower() in ("hello", "ismaster"):
            self._greetings.add(number)
            self._greeted(command)
            return message, b""
        for verdict in verdicts(command, self._keys) if self._is_judged else ():
            if verdict.reach == "refused" and verdict.shape in OF_TESTS:
                continue
            self._count(verdict)
            if verdict.reach == "refused":
                return b"", _refusal(number, verdict)
        return message, b""

    def answered(self, message: bytes) -> tuple[bytes, bytes]:
        """An answer; of a greeting without what only a replica set says."""
        _, number, to, kind = HEADER.unpack_from(message)
        if to not in self._greetings:
            return message, b""
        start = HEADER.size + (REPLY_HEAD if kind == OP_REPLY else 5)
        said = bson.decode(message[start:])
        for name in OF_A_SET:
            said.pop(name, None)
        said["msg"] = "isdbgrid"
        body = message[HEADER.size : start] + bson.encode(said)
        return HEADER.pack(HEADER.size + len(body), number, to, kind) + body, b""

    def _greeted(self, command: Mapping[str, Any]) -> None:
        client = command.get("client")
        if client is not None and self._appname is not None:
            self._is_judged = client.get("application", {}).get("name") == self._appname


def _command(message: bytes) -> dict[str, Any]:
    """The command of an `OP_MSG`, with its sequences of documents put in."""
    command = dict[str, Any]()
    at, end = HEADER.size + 4, len(message)
    if struct.unpack_from("<I", message, HEADER.size)[0] & 1:
        end -= 4  # a checksum
    while at < end:
        kind, size = message[at], struct.unpack_from("<i", message, at + 1)[0]
        section = message[at + 1 : at + 1 + size]
        if kind == 0:
            command = {**bson.decode(section), **command}
        else:
            name_end = section.index(b"\0", 4)
            command[section[4:name_end].decode()] = bson.decode_all(section[name_end + 1 :])
        at += 1 + size
    first = [name for name in command if name not in ("documents", "updates", "deletes")]
    return {name: command[name] for name in (*first, *(set(command) - set(first)))}


def _refusal(number: int, verdict: Verdict) -> bytes:
    said = {**REFUSAL, "errmsg": f"{verdict.shape}: {verdict.why}"}
    body = struct.pack("<IB", 0, 0) + bson.encode(said)
    return HEADER.pack(HEADER.size + len(body), 0, number, OP_MSG) + body
