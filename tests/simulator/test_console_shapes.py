"""What a look at the screenshots has found: the shapes of the console's pages in a browser."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.eventually import box_of
from tests.simulator.lent_pages import DESK, PHONE
from tests.simulator.shop import Shop
from tests.simulator.windows import signed_in


async def test_the_key_of_the_second_step_is_a_line(shop: Shop, chromium: Browser) -> None:
    """It shared its class with the keys of charts, and stood there a letter a line."""
    async with signed_in(chromium, shop, "agent") as page:
        await page.goto(f"{shop.address}/admin/me/second-factor")
        for size in (DESK, PHONE):
            await page.set_viewport_size(size)
            box = await box_of(page.locator(".secret code"))
            assert box["width"] > 200
            assert box["height"] < 60


async def test_a_long_conversation_scrolls_in_its_own_pane(shop: Shop, chromium: Browser) -> None:
    """What only a screen reader has lay outside of it: the whole page could be scrolled away."""
    friend = await shop.friend("長長")
    for number in range(8):
        await shop.say(friend, f"哈囉 {number}")
    async with signed_in(chromium, shop, "agent") as page:
        await page.goto(f"{shop.address}/admin/chat?list=all")
        await page.locator("a.one-chat").filter(has_text="長長").first.click()
        await expect(page.locator(".talk-head h2")).to_have_text("長長")
        tall = "document.documentElement.scrollHeight - window.innerHeight"
        for size in (DESK, PHONE):
            await page.set_viewport_size(size)
            await page.reload()
            await expect(page.locator(".talk-head h2")).to_have_text("長長")
            assert await page.evaluate(tall) <= 0


async def test_pages_begin_at_the_same_place(shop: Shop, chromium: Browser) -> None:
    """Whatever their width: the title does not jump from page to page."""
    async with signed_in(chromium, shop, "admin") as page:
        places = set()
        for path in ("", "/contacts", "/unsent", "/stop", "/tokens", "/accounts", "/me"):
            await page.goto(f"{shop.address}/admin{path}")
            box = await box_of(page.locator("h1"))
            places.add((box["x"], box["y"]))
        assert len(places) == 1, places
