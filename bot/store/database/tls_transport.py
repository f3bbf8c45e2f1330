"""A connection that has its TLS already, read and written by the event loop.

The loop's own transports make TLS themselves, and take no socket of which somebody else (the driver) has made
it. OpenSSL keeps what it needs with the socket, which is therefore used as it is.
https://docs.python.org/3/library/ssl.html#notes-on-non-blocking-sockets
"""

from __future__ import annotations

import asyncio
import ssl

RECORD = 16 * 1024
"""Bytes in one piece of TLS at most (RFC 8446, 5.1): after a full one more is there, mostly."""


class TlsTransport(asyncio.Transport):
    """Gives what is heard to a protocol, and what that says to the other side, until either ends it."""

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
                heard = self._connection.recv(RECORD)
                if not heard:
                    self._end(None)
                    return
                self._protocol.data_received(heard)
                if len(heard) < RECORD:
                    break  # OpenSSL has read no further: what else is there makes it readable again
        except ssl.SSLWantReadError:
            pass
        except OSError as error:  # SSLError among them
            self._end(error)
            return
        except Exception as error:  # who hears has failed: the loop is told, and nothing more is heard
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
