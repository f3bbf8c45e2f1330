"""Windows of a browser: the console of somebody of the team, and members' pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize

from tests.axe import violations
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.shop import Shop

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def new_window(
    chromium: Browser, size: ViewportSize = DESK, locale: str = "zh-TW", **settings: Any
) -> AsyncIterator[Page]:
    """A page in a context of its own, on which nothing moves."""
    context = await chromium.new_context(locale=locale, viewport=size, reduced_motion="reduce", **settings)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def sign_in(page: Page, address: str, role: str) -> None:
    """As a simulator lets one, by the button of this role; the first page is there then, its scripts, too."""
    await page.goto(f"{address}/admin/sign-in")
    await page.get_by_role("button", name=role, exact=True).click()
    await page.wait_for_url(f"{address}/admin")


@asynccontextmanager
async def signed_in(
    chromium: Browser, shop: Shop, role: str, size: ViewportSize = DESK
) -> AsyncIterator[Page]:
    """A window of somebody of this role, in which nothing goes wrong."""
    async with new_window(chromium, size) as page:
        with complaints(page, console=True) as wrong:
            await sign_in(page, shop.address, role)
            yield page
        assert wrong == []


@asynccontextmanager
async def admin_window(
    chromium: Browser, shop: Shop, size: ViewportSize = DESK, locale: str = "zh-TW", *, dark: bool = False
) -> AsyncIterator[Page]:
    """A window of an admin, of which axe may ask what it likes: it is a script of its own."""
    colours: Any = {"color_scheme": "dark" if dark else "light", "bypass_csp": True}
    async with new_window(chromium, size, locale, **colours) as page:
        await sign_in(page, shop.address, "試用管理員" if locale == "zh-TW" else "Try it as an administrator")
        yield page


async def held(page: Page) -> None:
    """Nothing hangs over the edge, and axe finds no fault."""
    assert await page.evaluate(WIDER) <= 0, page.url
    assert await violations(page) == [], page.url


@asynccontextmanager
async def member_window(chromium: Browser, shop: Shop, friend: str, page: str) -> AsyncIterator[Page]:
    """A page of the bot's, as this friend's phone opens it."""
    launch = await shop.do(f"friends/{friend}/liff", {"page": page})
    async with new_window(chromium, PHONE) as opened:
        await opened.goto(f"{shop.address}{launch['url']}")
        yield opened
