"""Windows of a browser: the console of somebody of the team, and members' pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize

from bot.model.admin import AdminRole
from bot.web.admin.cookies import NAME, proof
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.shop import Shop


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


async def sign_in(page: Page, address: str, role: AdminRole) -> None:
    """As a simulator lets one, by what the button of this role sends; no page is drawn for it."""
    await page.request.get(f"{address}/admin/sign-in")
    [held] = [cookie["value"] for cookie in await page.context.cookies() if cookie["name"] == NAME]
    answer = await page.request.post(
        f"{address}/admin/try", form={"role": role, "proof": proof(held)}, max_redirects=0
    )
    assert answer.status == 303, await answer.text()


@asynccontextmanager
async def signed_in(
    chromium: Browser, shop: Shop, role: AdminRole, size: ViewportSize = DESK
) -> AsyncIterator[Page]:
    """A window of somebody of this role, at the first page, in which nothing goes wrong."""
    async with new_window(chromium, size) as page:
        with complaints(page, console=True) as wrong:
            await sign_in(page, shop.address, role)
            await page.goto(f"{shop.address}/admin")
            yield page
        assert wrong == []


@asynccontextmanager
async def admin_window(chromium: Browser, shop: Shop, locale: str = "zh-TW") -> AsyncIterator[Page]:
    """An admin's on a phone, where least fits; axe may ask of it what it likes: it is a script of its own."""
    async with new_window(chromium, PHONE, locale, bypass_csp=True) as page:
        await sign_in(page, shop.address, "admin")
        yield page


@asynccontextmanager
async def member_window(chromium: Browser, shop: Shop, friend: str, page: str) -> AsyncIterator[Page]:
    """A page of the bot's, as this friend's phone opens it."""
    launch = await shop.do(f"friends/{friend}/liff", {"page": page})
    async with new_window(chromium, PHONE) as opened:
        await opened.goto(f"{shop.address}{launch['url']}")
        yield opened
