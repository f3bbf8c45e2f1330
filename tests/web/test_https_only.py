"""K1: HSTS where we are reached over https, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.web.middlewares import HEADER, add_hsts

OURS = "https://bot.example.com"
Asking = Callable[..., Awaitable[str | None]]


@pytest.fixture
async def asked() -> AsyncIterator[Asking]:
    """What the header says when somebody asks for this host, where `public` is our address."""
    servers = []
    async with ClientSession() as http:

        async def asking(public: str, host: str, path: str = "/", **headers: str) -> str | None:
            async def page(request: web.Request) -> web.Response:
                return web.Response(text="here")

            app = web.Application()
            app.router.add_get("/", page)
            add_hsts(app, public)
            server = TestServer(app, port=0)
            servers.append(server)
            await server.start_server()
            told = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
            async with http.get(server.make_url(path), headers=told) as answer:
                return answer.headers.get(HEADER)

        yield asking
        for server in servers:
            await server.close()


@pytest.mark.ring("all", "page after page")
async def test_whoever_comes_by_our_address_is_told_for_a_year(asked: Asking) -> None:
    for host in ("bot.example.com", "BOT.example.com", "bot.example.com:443"):
        assert await asked(OURS, host) == "max-age=31536000"
    assert await asked(OURS, "bot.example.com", "/nowhere") == "max-age=31536000", "also what is not there"
    assert await asked(OURS, "bot.example.com", X_Forwarded_Proto="https, http") == "max-age=31536000"


@pytest.mark.parametrize(
    ("public", "host"),
    [
        ("http://bot.example.com", "bot.example.com"),
        ("https://localhost", "localhost"),
        ("https://127.0.0.1", "127.0.0.1"),
        ("https://bot.example.com:8443", "bot.example.com:8443"),
        (OURS, "127.0.0.1:8080"),
        (OURS, "localhost:8080"),
        (OURS, "shop.example.com"),
    ],
)
async def test_whoever_comes_by_another_is_not(asked: Asking, public: str, host: str) -> None:
    assert await asked(public, host) is None


async def test_over_plain_http_it_is_not_said(asked: Asking) -> None:
    """RFC 6797, 7.2: where the proxy says by what it was reached."""
    assert await asked(OURS, "bot.example.com", X_Forwarded_Proto="http") is None
