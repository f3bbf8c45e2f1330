"""A provider's HTTP API as a server of the test: what it was sent, and what it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

Told: TypeAlias = str | int | tuple[int, str] | None


@dataclass
class Provider:
    """Each request takes the next of `answers`: text, status, both, or `None`: silence until `over`."""

    answers: list[Told] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    signed_in: list[str | None] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""
    session: ClientSession = field(init=False)

    @property
    def timeout(self) -> ClientTimeout:
        """How long it is waited for: only for silence not long, counted from when the request is written."""
        return ClientTimeout(total=30, sock_read=0.3 if self.answers[:1] == [None] else None)

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path_qs)
        self.signed_in.append(request.headers.get("Authorization"))
        self.forms.append({key: str(value) for key, value in (await request.post()).items()})
        told = self.answers.pop(0)
        if told is None:
            await self.over.wait()
            return web.Response()
        if isinstance(told, int):
            return web.Response(status=told)
        status, text = (200, told) if isinstance(told, str) else told
        return web.Response(status=status, text=text)


@asynccontextmanager
async def provider(*answers: Told) -> AsyncIterator[Provider]:
    there = Provider(list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", there.answer)
    server = TestServer(app, port=0)
    await server.start_server()
    there.address = str(server.make_url(""))
    try:
        async with ClientSession() as there.session:
            yield there
    finally:
        there.over.set()
        await server.close()
