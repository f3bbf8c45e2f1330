"""Who sends slowly costs little, and raises no alarm of the database."""

from __future__ import annotations

import asyncio

import pytest

from bot.web import webhook, webhook_connections
from tests.eventually import PATIENCE
from tests.web.conftest import Site

HEAD = b"POST /webhook/main HTTP/1.1\r\nHost: x\r\nX-Line-Signature: x\r\nContent-Length: 9\r\n\r\n1"
BY_AIOHTTP = HEAD.replace(b"main", b"main?x")


@pytest.mark.parametrize("head", [HEAD, BY_AIOHTTP], ids=["ours", "aiohttp's"])
async def test_a_body_that_comes_too_slowly_is_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    for module in (webhook, webhook_connections):
        monkeypatch.setattr(module, "BODY_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(head)
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)
    assert b" 400 " in answer
    writer.close()
    assert (await site.figures())["oaflow_webhooks_total", "400"] == 1
