"""Several processes that serve one address: fairly, and without losing a connection.

They inherit one listener, so connections that wait to be accepted outlive each process. A listener for each
(SO_REUSEPORT) would spread as evenly, and lose its queue with its process.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from bot.web.server import Connections, WebServer, private_application, serve, serve_at

log = logging.getLogger("oaflow")

FEW = 8
"""With fewer open connections than these a process accepts one at once; with n times as many it lets others
go ahead for n milliseconds. Else a process that is awake takes nearly all: of 64 that came at once 61, and 3
the other."""
LONGEST = 0.004
"""Seconds for which a process lets others go ahead, at most."""
A_TIME, MOST = 4, 256
"""Connections that a process accepts in a row after it has waited: at first, and at most. The number doubles
each time that so many were there, for then they come faster than they are accepted."""
AGAIN = 1.0
"""Seconds until the next try where the system refuses a connection (too many open files)."""


class SharedListener:
    """Accepts connections from a listener from which other processes accept some as well."""

    def __init__(
        self, listener: socket.socket, begin: Callable[[], asyncio.BaseProtocol], open_now: Callable[[], int]
    ) -> None:
        """`begin()` makes what reads and answers a connection; `open_now()` says how many there are."""
        self._listener = listener
        self._begin = begin
        self._open_now = open_now
        self._loop = asyncio.get_running_loop()
        self._a_time = A_TIME
        self._later: asyncio.TimerHandle | None = None
        self._beginning: set[asyncio.Task[object]] = set()
        self._is_open = True
        self._look()

    def _look(self) -> None:
        """Wait for connections, without letting others go ahead."""
        self._later = None
        self._loop.add_reader(self._listener, self._one_waits)

    def _one_waits(self) -> None:
        if (open_now := self._open_now()) < FEW:
            self._take()
        else:
            self._rest(min(open_now // FEW / 1000, LONGEST))

    def _rest(self, seconds: float) -> None:
        """Accept none for so many seconds."""
        self._loop.remove_reader(self._listener)
        self._later = self._loop.call_later(seconds, self._some_wait)

    def _some_wait(self) -> None:
        self._look()
        for _ in range(self._a_time):
            if not self._take():
                self._a_time = A_TIME
                return
        self._a_time = min(2 * self._a_time, MOST)

    def _take(self) -> bool:
        """Take one, if there still is one."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return False  # another process was faster, or the caller has hung up
        except OSError:
            log.exception("no connection can be taken just now")
            self._rest(AGAIN)
            return False
        task = self._loop.create_task(self._serve(connection))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)
        return True

    async def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):  # it has hung up already
            await self._loop.connect_accepted_socket(self._begin, connection)

    async def close(self) -> None:
        """Accept no more: what waits is left to the other processes. Connections that were accepted go on."""
        if not self._is_open:
            return
        self._is_open = False
        if self._later is not None:
            self._later.cancel()
        self._loop.remove_reader(self._listener)
        self._listener.close()
        if self._beginning:
            await asyncio.wait(self._beginning)


PATIENCE = 5.0
"""Seconds in which clients with an open connection are made to open another: by the answer to their next
request. A connection without a request for so long is closed."""
LOOK = 0.02
"""Seconds between two checks whether the last connection is gone; there is no event for it."""


@dataclass(frozen=True, slots=True)
class SharedServer:
    """One process's share of an address. Made by `begun`; `cleanup()` stops as that of a `WebServer` does."""

    connections: Connections
    """All connections of this process, from both addresses."""
    shared: SharedListener
    """Accepts from the address that several processes share."""
    own: asyncio.Server | None
    """Serves the same application at an address of this process alone."""
    private: WebServer | None
    """Serves health and figures at an address of this process alone."""

    @classmethod
    async def begun(
        cls,
        app: web.Application,
        listener: socket.socket,
        own: socket.socket | None,
        *,
        private: bool = False,
    ) -> SharedServer:
        """Begin to serve at the shared address, and at one of its own, if there is one.

        `private`: at its own address are `private_application`'s pages only.
        """
        connections = await Connections.of(app)
        by_itself = None if own is None or private else await serve_at(connections, own)
        apart = None if own is None or not private else await serve(private_application(app), own)
        shared = SharedListener(listener, connections.begin, connections.open_now)
        return cls(connections, shared, by_itself, apart)

    async def leave(self) -> None:
        """Take no new connections, and wait until those that are open were asked for the last time."""
        self.connections.leave()
        await self._close()
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        # aiohttp's server has no hook for the end of a connection, so that there is no event to wait for
        while self.connections.open_now() and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)

    async def cleanup(self) -> None:
        """Stop: no new connections, open requests finish."""
        await self._close()
        await self.connections.end()
        if self.private is not None:
            await self.private.cleanup()

    async def _close(self) -> None:
        await self.shared.close()
        if self.own is not None:
            self.own.close()
