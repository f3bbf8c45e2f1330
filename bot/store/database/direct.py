"""Commands without a thread and without the driver, for what is done for each event.

A command by the driver costs 300 µs of CPU, and handing it to a thread 70 more; on a connection of our own it
costs 80. The driver finds the primary, connects, makes TLS where that is asked for and signs in; from then on
the socket is ours. It is a short cut and no more: what it cannot do, or cannot know to be done, goes the
driver's way (`bulk_commands`), so a write may be made twice, and a repeated one must change nothing more.
What the database's address has the driver say with each command (`readConcernLevel`) is not said here.

The loop's own transports make TLS themselves, and take no socket of which somebody else (the driver) has made
it. OpenSSL keeps what it needs with the socket, which is therefore used as it is.
https://docs.python.org/3/library/ssl.html#notes-on-non-blocking-sockets
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from bot.store.database.command_wire import CommandWire, encoded

RECORD = 16 * 1024
"""Bytes in one piece of TLS at most (RFC 8446, 5.1): after a full one more is there, mostly."""


class TlsTransport(asyncio.Transport):
    """Passes received bytes to a protocol and its answers to the other side, until either closes."""

    def __init__(self, connection: ssl.SSLSocket, protocol: asyncio.Protocol) -> None:
        """`connection` has shaken hands. It is this transport's from now on, which closes it."""
        super().__init__()
        connection.setblocking(False)
        self._connection = connection
        self._number = connection.fileno()
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._is_over = False
        self._loop.add_reader(self._number, self._readable)
        protocol.connection_made(self)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send this, as soon as what was written before is sent; nothing once the connection is over."""
        if self._is_over:
            return
        is_first = not self._unsent
        self._unsent += data
        if is_first:
            self._send()

    def is_closing(self) -> bool:
        """Whether it is over."""
        return self._is_over

    def abort(self) -> None:
        """End the connection now; what is not sent is not sent."""
        self._end(None)

    close = abort

    def _readable(self) -> None:
        try:
            while not self._is_over:
                received = self._connection.recv(RECORD)
                if not received:
                    self._end(None)
                    return
                self._protocol.data_received(received)
                if len(received) < RECORD:
                    break  # OpenSSL has read no further: what else is there makes it readable again
        except ssl.SSLWantReadError:
            pass
        except OSError as error:  # SSLError among them
            self._end(error)
            return
        except Exception as error:  # the protocol failed: report to the loop, and read no more
            self._end(error)
            raise
        self._send()  # which may have waited for what has come

    def _send(self) -> None:
        try:
            while self._unsent and not self._is_over:
                del self._unsent[: self._connection.send(self._unsent)]
        except ssl.SSLWantWriteError:
            self._loop.add_writer(self._number, self._writable)
        except ssl.SSLWantReadError:
            pass  # it goes on when something has come
        except OSError as error:
            self._end(error)

    def _writable(self) -> None:
        self._loop.remove_writer(self._number)
        self._send()

    def _end(self, why: Exception | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._loop.remove_reader(self._number)
        self._loop.remove_writer(self._number)
        self._connection.close()
        self._unsent.clear()
        self._loop.call_soon(self._protocol.connection_lost, why)


WIRES = 4
"""Connections at most: as many commands are under way so; others go the driver's way."""
WANTED = 2
"""Commands that found no connection before one is made: who asks once or twice, as most of `oaflow`'s
commands do, goes without."""
ANSWER = 8.0
"""Seconds after which a connection that does not answer is given up: as the driver (`mongo.OPTIONS`)."""

OURS = (socket.socket, ssl.SSLSocket)
"""What the driver may have of a connection; PyOpenSSL's, which it takes where that is installed, is none."""

Document = dict[str, Any]

log = logging.getLogger("oaflow.store")


class Direct:
    """Sends commands to the primary, over connections that are made when they are wanted."""

    def __init__(self, client: MongoClient[Document], database: str, *, is_without: bool = False) -> None:
        """`is_without`: no connection is made, so the driver makes all commands."""
        self._client = client
        self._database = database
        self._wires: list[CommandWire] = []
        self.connecting: asyncio.Task[None] | None = None
        """Makes one more connection, or has made the last one."""
        self._lock = threading.Lock()
        self._made: socket.socket | None = None
        self._missed = 0
        self._is_closed = False
        self._is_without = is_without
        self._has_warned = False
        self._is_primary = False

    @property
    def writes_one_log(self) -> bool:
        """Whether what answers there is a primary, which writes the log itself, not several (`mongos`)."""
        return self._is_primary

    def line(self) -> CommandWire | None:
        """A connection for commands that have to go over one: to a primary that writes the log itself.

        `None`: there is none (yet), or what answers there writes into several logs (`mongos`).
        """
        if not self.writes_one_log:
            return None
        return self._free_or_more()

    async def ask(self, command: Document, line: CommandWire | None = None) -> Document | None:
        """The answer to this command; `None`: it was not made, or not surely, and is the driver's to make.

        Not for what may be made once only. With `line` it is made over that connection, or not at all.
        """
        wire = line or self._free_or_more()
        if wire is None or not wire.is_open:
            return None
        body = encoded({**command, "$db": self._database})
        if body is None:
            return None
        silence = asyncio.get_running_loop().call_later(ANSWER, wire.close)
        try:
            answer = await wire.send(body)
        except BaseException:
            wire.close()  # nobody watches any more whether it answers
            raise
        finally:
            silence.cancel()
        if answer is None or not answer.get("ok") or "writeConcernError" in answer:
            self._distrust()
            return None
        return answer

    @property
    def connections(self) -> int:
        """How many there are just now."""
        return sum(wire.is_open for wire in self._wires)

    def close(self) -> None:
        """Drop all connections."""
        self._is_closed = True
        if self.connecting is not None:
            self.connecting.cancel()
        if (own := self._take_socket()) is not None:  # its thread was faster than its task
            own.close()
        self._distrust()

    def _distrust(self) -> None:
        """One is silent, or not the primary's any more: so are the others, and each would find out."""
        for wire in self._wires:
            wire.close()

    def _free_or_more(self) -> CommandWire | None:
        for wire in self._wires:
            if wire.is_free:
                return wire
        self._connect()
        return None

    def _connect(self) -> None:
        self._wires = [wire for wire in self._wires if wire.is_open]
        self._missed += 1
        is_connecting = self.connecting is not None and not self.connecting.done()
        if is_connecting or self._is_closed or self._is_without or len(self._wires) >= WIRES:
            return
        if self._missed > WANTED:
            self.connecting = asyncio.get_running_loop().create_task(self._one_more(), name="direct")

    async def _one_more(self) -> None:
        try:
            await asyncio.to_thread(self._make_socket)
            if (own := self._take_socket()) is not None:
                wire = await _wire_over(own)
                self._wires.append(wire)  # another list, perhaps, than before it waited
                self._has_warned = False
        except PyMongoError:  # the database is away: who asks the driver hears why
            self._missed = 0
        except (OSError, RuntimeError) as error:  # no file or thread is left on this machine
            self._missed = 0
            if not self._has_warned:
                log.warning("events go by MongoDB's driver, and cost more, until there is room: %s", error)
            self._has_warned = True
        except Exception:  # the driver is another one than we know: it goes on doing everything
            log.exception("events go by MongoDB's driver, and cost more: it is not known here")
            self._is_without = True

    def _make_socket(self) -> None:
        """Put by a socket to the primary, signed in by the driver; none of an unknown kind. Blocks."""
        with self._client._conn_for_writes(None, "oaflow") as connection:
            theirs = connection.conn
            own = theirs.sock
            self._is_without = type(own) not in OURS or theirs.conn is not own
            if self._is_without:
                kind = f"{type(own).__module__}.{type(own).__qualname__}"
                log.warning("events go by MongoDB's driver, and cost more: it connects by %s", kind)
                return
            self._is_primary = connection.is_repl and not connection.is_mongos
            theirs.conn = socket.socket()  # which the driver closes in its place
            connection.close_conn(None)
        own.setblocking(False)
        with self._lock:
            if self._is_closed:
                own.close()
            else:
                self._made = own

    def _take_socket(self) -> socket.socket | None:
        with self._lock:
            own, self._made = self._made, None
        return own


async def _wire_over(own: socket.socket) -> CommandWire:
    wire = CommandWire()
    if isinstance(own, ssl.SSLSocket):
        TlsTransport(own, wire)
    else:
        await asyncio.get_running_loop().create_connection(lambda: wire, sock=own)
    return wire
