"""The members' pages in a real browser: on a server of their own, or before the whole bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, ViewportSize

from tests.simulator.conftest import browser, chromium
from tests.simulator.shop import running_shop, shop
from tests.web.liff.fake_pages import FakePages

__all__ = ["browser", "chromium", "running_shop", "shop"]

TELEPHONE: ViewportSize = {"width": 390, "height": 844}


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[FakePages]:
    """The pages before a server and a LINE that do what the test says."""
    pages = FakePages()
    server = TestServer(pages.application(), port=0)
    await server.start_server()
    pages.address = str(server.make_url("")).rstrip("/")
    yield pages
    pages.stop()
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def telephone(browser: Browser) -> AsyncIterator[Page]:
    """A page as large as a telephone, which fails the test for an error in a script."""
    context = await browser.new_context(
        viewport=TELEPHONE, locale="zh-TW", has_touch=True, reduced_motion="reduce"
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []
