"""Who reads no answers of aiohttp's holds neither a connection nor memory for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web

from bot.web import request_head_timeout
from bot.web.connections import ConnectionLimit
from bot.web.health import HealthPages
from bot.web.request_head_timeout import LEAST_READ, RequestHeadTimeout
from tests.web.test_request_head_timeout import FIRST
from tests.web.test_strangers import Wire
from tests.web.webhook_gate import LAST, Door, comes, door, on_each_loop

LARGE = b"x" * 4_000_000
"""More than the buffers of two sockets hold."""
FEW = 8


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> list[web.Request]:
    """`/healthz` has a large answer; what asked for it."""
    asked = list[web.Request]()

    async def healthz(_: HealthPages, request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response(body=LARGE)

    monkeypatch.setattr(HealthPages, "healthz", healthz)
    return asked


@asynccontextmanager
async def unread(inside: Door, asked: bytes) -> AsyncIterator[asyncio.StreamWriter]:
    """Ask for this, and read nothing of what is answered."""
    reader, writer = await inside.narrow()
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(asked)
    yield writer
    writer.transport.abort()


def by_aiohttp(inside: Door) -> list[RequestHeadTimeout]:
    return list(inside.connections.by_aiohttp.by_reader.values())


@on_each_loop
@pytest.mark.usefixtures("large")
async def test_requests_behind_an_unread_answer_keep_nobody_out() -> None:
    """They wait for ever, so their connections would be in use for ever, until there is room for nobody."""
    limit = ConnectionLimit(FEW)
    async with door(limit=limit) as inside, AsyncExitStack() as held:
        for _ in range(FEW):
            await held.enter_async_context(unread(inside, FIRST * 2))
        await comes(lambda: [one.reader._paused for one in by_aiohttp(inside)] == [True] * FEW)
        async with unread(inside, LAST):
            await comes(lambda: limit.closed.counts)
        assert limit.closed.counts == {("idle",): 1}


@on_each_loop
@pytest.mark.parametrize("asked", [FIRST, FIRST * 2, LAST], ids=["one", "two", "last"])
async def test_who_reads_nothing_is_cut(
    monkeypatch: pytest.MonkeyPatch,
    asked: bytes,
    large: list[web.Request],
) -> None:
    """Else each connection holds a whole answer in memory for as long as a stranger likes."""
    monkeypatch.setattr(request_head_timeout, "UNREAD_SECONDS", 0.05)
    async with door() as inside, unread(inside, asked):
        await comes(lambda: large)  # it may be cut before anybody looks
        await comes(lambda: not by_aiohttp(inside))


class Slow(Wire):
    """Its other end reads so much between two looks."""

    def __init__(self, read: int) -> None:
        super().__init__()
        self._read = read
        self._unsent = len(LARGE)

    def get_write_buffer_size(self) -> int:
        self._unsent -= self._read
        return self._unsent


@pytest.mark.parametrize(("read", "is_cut"), [(LEAST_READ, False), (LEAST_READ - 1, True), (0, True)])
async def test_who_reads_slowly_is_not_cut(
    monkeypatch: pytest.MonkeyPatch, read: int, *, is_cut: bool
) -> None:
    """A phone with a bad connection comes a little further between two looks."""
    monkeypatch.setattr(request_head_timeout, "UNREAD_SECONDS", 0.0)
    wire = Slow(read)
    async with door() as inside:
        one = inside.connections.by_aiohttp()
        one.connection_made(wire)
        one.pause_writing()
        for _ in range(5):
            await asyncio.sleep(0)
        assert wire.aborted is is_cut
        one.connection_lost(None)
        wire.socket.close()
