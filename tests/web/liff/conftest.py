"""The members' pages in a real browser: on a server of their own, or before the whole bot."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from tests.simulator.lent_pages import PHONE, Pages, complaints
from tests.simulator.shop import shop
from tests.web.liff.fake_pages import FakePages

__all__ = ["shop"]

TELEPHONE = {"locale": "zh-TW", "has_touch": True}


@pytest_asyncio.fixture(loop_scope="session")
async def fake(address_of_fakes: socket.socket) -> AsyncIterator[FakePages]:
    """The pages before a server and a LINE that do what the test says."""
    fakes = FakePages()
    server = TestServer(fakes.application(), socket_factory=lambda *_: address_of_fakes.dup())
    await server.start_server()
    fakes.address = str(server.make_url("")).rstrip("/")
    yield fakes
    fakes.stop()
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def telephone(pages: Pages) -> AsyncIterator[Page]:
    """A page as large as a telephone, which fails the test for an error in a script."""
    async with pages.lend(PHONE, **TELEPHONE) as page:
        with complaints(page) as wrong:
            yield page
    assert wrong == []
