"""K2, J3: the search of every page in a browser: pages, customers and what can be done, without a mouse."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.axe import held
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, own_shop
from tests.simulator.windows import admin_window, signed_in

__all__ = ["own_shop"]


async def test_a_page_is_opened_from_everywhere_by_keys(shop: Shop, chromium: Browser) -> None:
    async with signed_in(chromium, shop, "admin") as page:
        dialog, field = page.get_by_role("dialog"), page.locator("#search").get_by_role("combobox")
        await page.keyboard.press("Control+k")
        await expect(field).to_be_focused()
        await expect(page.get_by_role("option", name="操作紀錄")).to_be_visible()  # with nothing written: all
        await page.keyboard.type("優惠")
        await expect(page.get_by_role("option").first).to_contain_text("優惠券")
        await expect(page.get_by_role("option", selected=True)).to_contain_text("優惠券")
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
        await expect(field).to_have_attribute("aria-activedescendant", "option-1")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await page.keyboard.press("/")
        await expect(field).to_be_focused()
        await page.keyboard.type("稽核")
        await expect(page.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="操作紀錄", level=1)).to_be_visible()
        await page.wait_for_load_state()
        await page.keyboard.press("Control+k")
        await page.keyboard.type("api key")
        await page.keyboard.press("Enter")  # before the answer: it is waited for
        await expect(page.get_by_role("heading", name="API 金鑰", level=1)).to_be_visible()
        await page.wait_for_load_state()
        await page.keyboard.press("Control+k")
        await expect(dialog).to_be_visible()
        await page.keyboard.press("Control+k")
        await expect(dialog).to_be_hidden()


async def test_who_is_not_found_is_looked_for_in_the_list(shop: Shop, chromium: Browser) -> None:
    async with signed_in(chromium, shop, "agent") as page:
        await page.keyboard.press("/")
        await page.keyboard.type("沒有/這個人")
        await expect(page.get_by_text("找不到「沒有/這個人」")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="找不到符合的客人")).to_be_visible()
        assert "%E6%B2%92" not in page.url, "what is written stands in no address"


async def test_on_a_phone_it_is_a_button_of_the_bar(shop: Shop, chromium: Browser) -> None:
    async with signed_in(chromium, shop, "admin", PHONE) as page:
        opener = page.get_by_role("link", name="搜尋客人和頁面")
        box = await opener.evaluate("(one) => [one.offsetWidth, one.offsetHeight]")
        assert min(box) >= 44
        await opener.click()
        await page.locator("#search").get_by_role("combobox").fill("群發")
        await page.get_by_role("option", name="群發月曆").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("群發")
        await page.wait_for_load_state()
        await opener.click()
        await page.get_by_role("button", name="關閉").click()
        await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_everybody_can_use_it(shop: Shop, chromium: Browser) -> None:
    async with admin_window(chromium, shop) as page:
        await page.goto(f"{shop.address}/admin/pages")
        await held(page)
        await page.keyboard.press("Control+k")
        for text in ("暫停", "找不到的東西"):
            await page.locator("#search").get_by_role("combobox").fill(text)
            await expect(page.get_by_text(f"「{text}」").first).to_be_visible()
            await held(page)
