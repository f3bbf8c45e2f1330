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

    def __init__(
        self, runner: web.AppRunner, server: web.Server, shared: SharedListener, farewell: Farewell
    ) -> None:
        self._runner = runner
        self._server = server
        self._shared = shared
        self._farewell = farewell

    @classmethod
    async def begun(
        cls, app: web.Application, listener: socket.socket, own: socket.socket | None
    ) -> SharedServer:
        """Begin to serve at the shared address, and at one of its own, if there is one."""
        farewell = Farewell()
        app.on_response_prepare.append(farewell.say)
        runner = await set_up(app)
        server = runner.server
        assert server is not None
        if own is not None:
            await serve_at(runner, own)
        return cls(
            runner, server, SharedListener(listener, server, lambda: len(server.connections)), farewell
        )

    async def leave(self) -> None:
        """Take no new connections, and wait until those that are open were asked for the last time."""
        self._farewell.is_due = True
        await self._shared.close()
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while self._server.connections and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)

    async def cleanup(self) -> None:
        """Stop: no new connections, open requests finish."""
        await self._shared.close()
        await self._runner.cleanup()


class Farewell:
    """Says in each answer, once it `is_due`, that it is the last on its connection."""

    is_due = False

    async def say(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Before an answer is sent."""
        if self.is_due:
            answer.headers["Connection"] = "close"
            answer.force_close()
