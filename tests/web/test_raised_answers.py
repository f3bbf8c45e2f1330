"""Answers that are raised: sent as aiohttp sends them, and nothing of their requests is left behind. D1."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse, ClientSession, TCPConnector, web
from aiohttp.typedefs import Middleware

from bot.web.middlewares import return_raised

REQUESTS = 20


async def sent_away(_: web.Request) -> web.Response:
    away = web.HTTPFound("/elsewhere", headers={"X-Why": "moved"})
    away.set_cookie("seen", "yes", path="/", httponly=True)
    raise away


async def refused(request: web.Request) -> web.Response:
    await request.read()
    raise web.HTTPForbidden(text="不行", content_type="text/plain", reason="Not Today")


async def nothing(_: web.Request) -> web.Response:
    raise web.HTTPNoContent


async def too_large(request: web.Request) -> web.Response:
    raise web.HTTPRequestEntityTooLarge(max_size=2, actual_size=3)


ASKED = [
    ("GET", "/away"),
    ("POST", "/refused"),
    ("HEAD", "/refused"),
    ("GET", "/nothing"),
    ("POST", "/large"),
    ("GET", "/nowhere"),
    ("POST", "/away"),
]


@asynccontextmanager
async def served(*middlewares: Middleware) -> AsyncIterator[str]:
    app = web.Application(middlewares=middlewares)
    app.add_routes(
        [
            web.get("/away", sent_away),
            web.route("*", "/refused", refused),
            web.get("/nothing", nothing),
            web.post("/large", too_large),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def told(answer: ClientResponse) -> tuple[object, ...]:
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    return answer.status, answer.reason, headers, await answer.read()


@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_they_are_sent_as_without_it(method: str, path: str) -> None:
    async with served() as usual, served(return_raised) as ours, ClientSession() as http:
        expected, answer = [
            await told(await http.request(method, address + path, allow_redirects=False, data=b"x"))
            for address in (usual, ours)
        ]
    assert answer == expected


@pytest.fixture
def collector_off() -> Iterator[None]:
    gc.disable()
    gc.freeze()  # what other tests have left is counted no more: looking through it takes a second
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.usefixtures("collector_off")
@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_their_requests_are_let_go_at_once(method: str, path: str) -> None:
    """All but the last, and what it has raised, which its connection keeps until the next."""
    before = left()
    async with served(return_raised) as address, ClientSession() as http:
        for _ in range(REQUESTS):
            async with http.request(method, address + path, allow_redirects=False, data=b"x"):
                pass
        await asyncio.sleep(0)
        assert left() - before <= 2


@pytest.mark.usefixtures("collector_off")
@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_so_are_those_whose_connections_have_stayed_open(method: str, path: str) -> None:
    """Each keeps its last one until it is closed, while the collector finds it in use and looks no more."""
    before = left()
    async with served(return_raised) as address, ClientSession(connector=TCPConnector(limit=0)) as http:

        async def asked() -> None:
            async with http.request(method, address + path, allow_redirects=False, data=b"x"):
                pass

        await asyncio.gather(*(asked() for _ in range(REQUESTS)))
        gc.collect(1)
    assert left() <= before


def left() -> int:
    """Requests, and what was raised of them."""
    return sum(issubclass(type(one), (web.Request, web.HTTPException)) for one in gc.get_objects())
