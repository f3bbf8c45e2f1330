"""A listener of which several processes take connections: fairly, and what waits outlives each of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, TCPConnector, web

from bot.web import shared_server
from bot.web.server import Connections, listen
from bot.web.shared_server import FEW, SharedListener, SharedServer
from tests.eventually import PATIENCE

AT_ONCE = 64
FEWEST = AT_ONCE // 4
"""Half of what each of two has if they share to the last one."""


def app(name: str) -> web.Application:
    async def who(request: web.Request) -> web.Response:
        return web.Response(text=name)

    made = web.Application()
    made.router.add_get("/", who)
    return made


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    made = listen("127.0.0.1", 0)
    made.setblocking(False)
    made.listen(1024)
    with made:
        yield made


@asynccontextmanager
async def sharing(name: str, listener: socket.socket, many: int = 0) -> AsyncIterator[SharedListener]:
    """One more who takes from it, as another process does: by a file of its own. It has `many` more."""
    connections = await Connections.of(app(name))
    shared = SharedListener(listener.dup(), connections.begin, lambda: connections.open_now() + many)
    yield shared
    await shared.close()
    await connections.end()


def address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


@asynccontextmanager
async def callers() -> AsyncIterator[ClientSession]:
    """Each call that is made beside others has a connection of its own, which is kept."""
    async with ClientSession(connector=TCPConnector(limit=0)) as http:
        yield http


async def asked(http: ClientSession, listener: socket.socket) -> str:
    async with asyncio.timeout(PATIENCE), http.get(address(listener)) as answer:
        return await answer.text()


async def test_connections_that_come_at_once_are_shared(listener: socket.socket) -> None:
    async with sharing("first", listener), sharing("second", listener), callers() as http:
        told = await asyncio.gather(*(asked(http, listener) for _ in range(AT_ONCE)))
        assert min(told.count("first"), told.count("second")) >= FEWEST


async def test_who_has_many_lets_others_go_ahead(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it lets them, it takes none."""
    monkeypatch.setattr(shared_server, "LONGEST", PATIENCE)
    async with sharing("first", listener, many=10**9), sharing("second", listener), callers() as http:
        told = await asyncio.gather(*(asked(http, listener) for _ in range(FEW)))
        assert told == ["second"] * FEW


async def test_who_has_many_takes_more_and_more_of_a_crowd_and_falls_back(listener: socket.socket) -> None:
    """4, 8, 16 …: a crowd does not wait for one wait for each four of it."""
    waits = 0

    def many() -> int:
        nonlocal waits
        waits += 1
        return 40

    class Closes(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transport.close()

    async def waited(callers: int) -> int:
        nonlocal waits
        waits = 0
        called = [socket.create_connection(listener.getsockname()) for _ in range(callers)]
        for one in called:
            one.setblocking(False)
            assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(one, 1), PATIENCE) == b""
            one.close()
        return waits

    shared = SharedListener(listener.dup(), Closes, many)
    assert await waited(250) == 6, "4 + 8 + 16 + 32 + 64 + 128 = 252"
    assert await waited(60) == 4, "from 4 on again, for fewer were there the last time: 4 + 8 + 16 + 32 = 60"
    await shared.close()


async def test_what_waits_is_the_others(listener: socket.socket) -> None:
    """Who leaves takes nothing along: neither what waits in the queue, nor the listener."""
    async with callers() as http:
        waiting = asyncio.gather(*(asked(http, listener) for _ in range(8)))
        async with sharing("first", listener) as first:
            await first.close()
        async with sharing("second", listener):
            assert await waiting == ["second"] * 8


async def test_whoever_keeps_a_connection_is_sent_away_with_an_answer(listener: socket.socket) -> None:
    leaves = await SharedServer.begun(app("leaves"), listener.dup(), None)
    async with callers() as http:
        assert await asked(http, listener) == "leaves"
        leaving = asyncio.create_task(leaves.leave())
        async with sharing("stays", listener):
            async with http.get(address(listener)) as answer:
                assert (await answer.text(), answer.headers["Connection"]) == ("leaves", "close")
            await asyncio.wait_for(leaving, PATIENCE)
            assert await asked(http, listener) == "stays"
    await leaves.cleanup()
