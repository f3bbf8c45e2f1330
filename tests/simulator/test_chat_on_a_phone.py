"""E3: somebody of staff answers with one hand, on a phone whose keyboard is open."""

from __future__ import annotations

from playwright.async_api import Browser, ViewportSize, expect

from tests.axe import violations
from tests.eventually import box_of
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import at_chat, waiting

__all__ = ["own_shop"]

BESIDE_KEYBOARD: ViewportSize = {"width": 390, "height": 400}
"""What an iPhone shows of a page above its keyboard, below its own bars."""

ONE_LINE = 48
"""Pixels of a field that has one line, large enough for a finger."""


async def test_most_is_conversation_while_one_types(shop: Shop, chromium: Browser) -> None:
    await waiting(shop, "小美")
    async with at_chat(chromium, shop, "小美", size=PHONE) as page:
        await page.get_by_role("button", name="接手").click()
        await expect(page.locator(".talk-head")).to_contain_text("由你處理")
        field = page.get_by_label("你的回覆")
        await field.focus()
        await page.set_viewport_size(BESIDE_KEYBOARD)
        assert (await box_of(page.locator(".said")))["height"] >= BESIDE_KEYBOARD["height"] / 2
        assert (await box_of(field))["height"] <= ONE_LINE
        await expect(page.locator(".by-person").last).to_be_in_viewport()
        await field.fill("好的，馬上幫您查")
        await page.get_by_role("button", name="送出").click(trial=True)
        await page.get_by_role("radio", name="內部便條").click()
        await page.get_by_role("button", name="留下便條").click()
        await expect(page.locator(".by-note .bubble")).to_be_in_viewport()
        await page.set_viewport_size(PHONE)
        await expect(page.locator(".phone-bar")).to_be_visible()
        assert await violations(page) == []
