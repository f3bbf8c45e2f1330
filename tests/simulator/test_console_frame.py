"""K2, K5 in a browser: menus, pages of a phone, what is renewed on an open page."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, own_shop
from tests.simulator.windows import signed_in

__all__ = ["own_shop"]


async def test_the_accounts_menu_closes_by_itself(shop: Shop, chromium: Browser) -> None:
    async with signed_in(chromium, shop, "admin") as page:
        menu, out = page.locator(".whoami summary"), page.get_by_role("button", name="登出")
        await expect(out).to_be_hidden()
        await menu.click()
        await expect(out).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(out).to_be_hidden()
        await expect(menu).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="深色").click()
        await expect(page.locator("link[href$='dark.css']")).to_have_attribute("media", "all")
        await menu.click()
        await page.get_by_role("heading", level=1).click()
        await expect(out).to_be_hidden()


async def test_on_a_phone_the_other_pages_are_behind_more(shop: Shop, chromium: Browser) -> None:
    async with signed_in(chromium, shop, "admin", PHONE) as page:
        more = page.get_by_role("button", name="更多")
        await more.click()
        sheet = page.get_by_role("navigation", name="所有頁面")
        await expect(sheet).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
        await more.click()
        await sheet.get_by_role("link", name="所有頁面").click()
        await page.locator("main a[href='/admin/clerks']").click()
        await expect(page.get_by_role("heading", name="門市人員", level=1)).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_stopped_pushes_are_seen_on_a_page_that_is_open_elsewhere(
    shop: Shop, chromium: Browser
) -> None:
    async with (
        signed_in(chromium, shop, "supervisor", PHONE) as other,
        signed_in(chromium, shop, "admin") as page,
    ):
        await other.goto(f"{shop.address}/admin/shops")
        banner = other.get_by_text("推播停止中：全部。回覆照常")
        await expect(banner).to_be_hidden()
        await page.get_by_role("link", name="全部停止推播").first.click()
        await page.get_by_label("請輸入「停止」確認").fill("停止")
        await page.get_by_role("button", name="全部停止推播").click()
        await expect(page.get_by_text("已停止推播：全部，一秒內全部生效")).to_be_visible()
        await expect(banner).to_be_visible()
        await expect(page.get_by_role("link", name="恢復推播").first).to_be_visible()
        await page.get_by_role("button", name="復原").click()
        await expect(page.get_by_text("已恢復推播：全部")).to_be_visible()
        await expect(banner).to_be_hidden()
        await page.reload()
        await expect(page.get_by_text("已恢復推播：全部")).to_have_count(0)


async def test_who_is_signed_out_elsewhere_loses_nothing_that_they_write(
    shop: Shop, chromium: Browser
) -> None:
    async with signed_in(chromium, shop, "admin") as page:
        await page.goto(f"{shop.address}/admin/stop")
        written = page.get_by_label("請輸入「停止」確認")
        await written.fill("停")
        other = await page.context.new_page()
        await other.goto(f"{shop.address}/admin/me")
        await other.locator(".whoami summary").click()
        await other.locator(".whoami").get_by_role("button", name="登出").click()
        await expect(other.get_by_role("button", name="試用管理員")).to_be_visible()
        await page.bring_to_front()
        await expect(page.get_by_text("你已登出，或權限已變更")).to_be_visible()
        await expect(written).to_have_value("停")
