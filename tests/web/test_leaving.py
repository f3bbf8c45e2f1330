"""A process behind a proxy that stops: the proxy notices while it is still served (A8)."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientConnectorError

from tests.web.conftest import Site


async def test_it_says_that_it_stops_while_it_is_still_served(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, health = asyncio.Event(), site.url("/healthz")
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: gone.wait())  # the second of the proxy
    assert (await site.get("/healthz"))[0] == 200
    leaving = asyncio.create_task(site.server.leave())
    async with asyncio.timeout(10):
        while (await site.get("/healthz"))[0] != 503:
            pass
    assert (await site.deliver())[0] == 200
    async with site.http.get(site.url("/healthz")) as answer:
        assert answer.headers["Connection"] == "close"
    gone.set()
    await leaving
    with pytest.raises(ClientConnectorError):
        await site.http.get(health)
