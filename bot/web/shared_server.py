"""Serving an address of which other processes take connections as well, and leaving it to them."""

from __future__ import annotations

import asyncio
import socket

from aiohttp import web

from bot.web.server import serve_at, set_up
from bot.web.shared_listener import SharedListener

PATIENCE = 5.0
"""Seconds in which whoever keeps a connection open is told to open another: with the answer to what they ask
next. Who asks nothing for so long finds it closed, as after any time without a word."""
LOOK = 0.02
"""Seconds between two looks whether the last connection is gone; there is no event for it."""


class SharedServer:
    """One process's share of an address. Made by `begun`; `cleanup()` stops as that of a runner does."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._leaves = False
        self._runner: web.AppRunner | None = None
        self._shared: SharedListener | None = None

    @classmethod
    async def begun(
        cls, app: web.Application, listener: socket.socket, own: socket.socket | None
    ) -> SharedServer:
        """Begin to serve at the shared address, and at one of its own, if there is one."""
        server = cls(app)
        app.on_response_prepare.append(server._say_last)
        server._runner = runner = await set_up(app)
        if own is not None:
            await serve_at(runner, own)
        server._shared = SharedListener(runner, listener)
        return server

    async def _say_last(self, request: web.Request, answer: web.StreamResponse) -> None:
        if self._leaves:
            answer.headers["Connection"] = "close"
            answer.force_close()

    async def leave(self) -> None:
        """Take no new connections, and wait until those that are open were asked for the last time."""
        assert self._shared is not None
        assert self._runner is not None
        self._leaves = True
        await self._shared.close()
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        server = self._runner.server
        assert server is not None
        while server.connections and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)

    async def cleanup(self) -> None:
        """Stop: no new connections, open requests finish."""
        if self._shared is not None:
            await self._shared.close()
        if self._runner is not None:
            await self._runner.cleanup()
