"""Serving an address of which other processes take connections as well, and leaving it to them."""

from __future__ import annotations

import asyncio
import socket

from aiohttp import web

from bot.web.server import Connections, WebServer, private_application, serve, serve_at
from bot.web.shared_listener import SharedListener

PATIENCE = 5.0
"""Seconds in which whoever keeps a connection open is told to open another: with the answer to what they ask
next. Who asks nothing for so long finds it closed, as after any time without a word."""
LOOK = 0.02
"""Seconds between two looks whether the last connection is gone; there is no event for it."""


class SharedServer:
    """One process's share of an address. Made by `begun`; `cleanup()` stops as that of a `WebServer` does."""

    def __init__(
        self,
        connections: Connections,
        shared: SharedListener,
        own: asyncio.Server | None,
        private: WebServer | None,
    ) -> None:
        self._connections = connections
        self._shared = shared
        self._own = own
        self._private = private

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
        self._connections.leave()
        await self._close()
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while self._connections.open_now() and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)

    async def cleanup(self) -> None:
        """Stop: no new connections, open requests finish."""
        await self._close()
        await self._connections.end()
        if self._private is not None:
            await self._private.cleanup()

    async def _close(self) -> None:
        await self._shared.close()
        if self._own is not None:
            self._own.close()
