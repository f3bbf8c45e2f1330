"""Chromium for all tests of a session, and pages of it that they use in turn.

They are known through `FIXTURES` of `tests/conftest.py`: a module that imports one gets a browser of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.simulator.lent_pages import DESK, Pages, is_lent
from tests.simulator.shop import running_shop

__all__ = ["running_shop"]

expect.set_options(timeout=60_000)  # milliseconds: a page that comes late on a busy machine is no mistake

STARTS = 180_000
"""Milliseconds that Chromium may take to start on a busy machine: many start there at once."""
NOTHING = '<!doctype html><link rel="icon" href="data:,">'
"""A page on which nothing is, and which asks for nothing."""


def _chromium() -> str | None:
    """The one that is named, or the first that is there: one without a window costs a third less."""
    here = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "chromium-browser"))
    return os.environ.get("CHROMIUM") or next(filter(None, here), None)


@asynccontextmanager
async def launched_browser(*more: str) -> AsyncIterator[Browser]:
    """A Chromium of this machine, with `more` arguments; skips the test where there is none."""
    path = _chromium()
    if path is None:
        pytest.skip("no chromium on this machine; CHROMIUM names one")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=path, args=[*quiet, *more], timeout=STARTS
        )
        yield launched
        await launched.close()


@asynccontextmanager
async def whole_chromium() -> AsyncIterator[Browser]:
    """One that has all that a window has, without showing it; skips the test where there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None or "headless" in path:
        pytest.skip("no whole chromium, and its headless shell shows no notice: the worker's push is played")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=path, headless=False, args=["--headless=new", "--no-sandbox"], timeout=STARTS
        )
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One for all tests."""
    async with launched_browser() as launched:
        yield launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pages(chromium: Browser) -> AsyncIterator[Pages]:
    """Pages for tests to use in turn."""

    async def nothing(request: web.Request) -> web.Response:
        return web.Response(text=NOTHING, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", nothing)
    async with TestServer(app, port=0) as server:
        yield Pages(chromium, str(server.make_url("/")))


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pages: Pages) -> AsyncIterator[Page]:
    """A page as large as a desk's screen; nothing moves on it."""
    async with pages.lend(DESK) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Chromium without a page; what a test has opened in it is closed."""
    yield chromium
    for context in chromium.contexts:
        if not is_lent(context):
            await context.close()


@pytest.fixture(scope="session")
def address_of_fakes() -> Iterator[socket.socket]:
    """Where the fakes of this session listen, one after the other: the browser keeps the page's files."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held
