"""Another system that web hooks call: it answers what tests say, and remembers what it was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

CrmAnswer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Crm:
    """Its answers come one after the other, the last again and again."""

    def __init__(self) -> None:
        self.answers: list[CrmAnswer] = []
        self.seen: list[tuple[dict[str, str], bytes]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((dict(request.headers), await request.read()))
        say = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await say(request)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[BaseTestServer]:
        """On 127.0.0.1, whatever the path."""
        app = web.Application()
        app.router.add_post("/{any:.*}", self.answer)
        async with TestServer(app, host="127.0.0.1") as server:
            yield server


def says(body: bytes, status: int = 200, **headers: str) -> CrmAnswer:
    """An answer of these bytes."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, status=status, headers=headers)

    return answer
