"""Pages of the console in Chromium: as somebody who is signed in sees them, and what has to hold of each."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from bot.web.admin.cookies import NAME
from tests.axe import violations
from tests.web.admin.staff_world import Staff

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
EACH_SIZE = pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone", "desk"])
"""One of them in the dark."""
HOSTILE = "<img src=x onerror=document.title='no'>" + "很" * 40 + "\u202e" + "W" * 60


async def seen_by(staff: Staff, browser: Browser, size: ViewportSize = DESK, *, dark: bool = False) -> Page:
    """An empty page in which the account of `staff` is signed in."""
    window = await browser.new_context(
        locale="zh-TW", viewport=size, color_scheme="dark" if dark else "light", base_url=str(staff.url)
    )
    await window.add_cookies([{"name": NAME, "value": staff.held, "url": str(staff.url)}])
    return await window.new_page()


async def fits(page: Page, size: ViewportSize) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
    assert await page.title() != "no", "markup of a name was run"
    assert await violations(page) == [], page.url
