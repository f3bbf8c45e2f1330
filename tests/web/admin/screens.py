"""Pages of the console in Chromium: as somebody who is signed in sees them, and what has to hold of each."""

from __future__ import annotations

from playwright.async_api import Browser, Page, ViewportSize

from bot.web.admin.cookies import NAME
from tests.axe import held
from tests.simulator.lent_pages import DESK, PHONE
from tests.web.admin.staff_world import Staff

__all__ = ["DESK", "PHONE"]

HOSTILE = "<img src=x onerror=document.title='no'>" + "很" * 40 + "\u202e" + "W" * 60


async def seen_by(staff: Staff, browser: Browser, size: ViewportSize = DESK) -> Page:
    """An empty page in which the account of `staff` is signed in; nothing moves on it."""
    window = await browser.new_context(
        locale="zh-TW", viewport=size, reduced_motion="reduce", base_url=str(staff.url)
    )
    await window.add_cookies([{"name": NAME, "value": staff.held, "url": str(staff.url)}])
    return await window.new_page()


async def fits(page: Page) -> None:
    """In each of the looks, whatever names are in it."""
    await held(page)
    assert await page.title() != "no", "markup of a name was run"
