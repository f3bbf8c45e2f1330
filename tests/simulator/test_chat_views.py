"""E3: a list with filters saved as a view, opened again, removed and brought back."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.axe import violations
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import at_chat, waiting

__all__ = ["own_shop"]


async def test_a_view_is_saved_opened_and_removed(shop: Shop, chromium: Browser) -> None:
    await waiting(shop, "小苓")
    async with at_chat(chromium, shop, "小苓") as page:
        await page.goto(f"{shop.address}/admin/chat?list=waits&unread=1")
        await page.get_by_text("存成檢視").click()
        await page.get_by_label("名稱").fill("沒看過的")
        assert await violations(page) == []
        await page.get_by_role("button", name="儲存").click()
        views = page.get_by_role("navigation", name="檢視")
        await expect(views.get_by_role("link", name="沒看過的")).to_have_attribute("aria-current", "page")
        await page.goto(f"{shop.address}/admin/chat?list=all")
        await views.get_by_role("link", name="沒看過的").click()
        await expect(page.get_by_label("只看未讀")).to_be_checked()
        await page.get_by_role("button", name="刪除檢視「沒看過的」").click()
        await expect(views).to_have_count(0)
        await page.get_by_role("button", name="復原").click()
        await expect(views.get_by_role("link", name="沒看過的")).to_be_visible()
