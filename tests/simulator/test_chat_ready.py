"""E3: ready answers are seen as the customer gets them, then sent by a second step; what colleagues give."""

from __future__ import annotations

from playwright.async_api import Browser, Locator, Page, expect

from tests.axe import violations
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import TEXT, at_chat, waiting

__all__ = ["own_shop"]

SOON = 20_000
"""Milliseconds until numbers beside entries are counted anew, on a busy machine."""


def number(page: Page) -> Locator:
    return page.locator("[data-count=waiting]").first


async def test_a_ready_answer_is_seen_before_it_goes_out(shop: Shop, chromium: Browser) -> None:
    """By keys: / opens them, a word finds one, Enter shows it with its price, Enter sends it once."""
    friend = await waiting(shop, "小美")
    async with at_chat(chromium, shop, "小美") as page:
        await page.keyboard.press("r")
        await page.keyboard.press("/")
        ready = page.get_by_role("dialog", name="常用回覆")
        await expect(ready.get_by_role("searchbox")).to_be_focused()
        options = ready.get_by_role("option")
        await expect(options.first).to_contain_text("綁定手機，成為會員")
        assert not await options.filter(has_text="還不是會員的話").count(), "kept from staff"
        await page.keyboard.type("門市：")
        await expect(options).to_have_count(1)
        before = await shop.texts(friend)
        await page.keyboard.press("Enter")
        await expect(ready.locator(".bubble")).to_contain_text("客服：週一至週五")
        await expect(ready.get_by_role("button", name="送出")).to_be_focused()
        await expect(ready.locator(".ready-foot")).to_contain_text("免費回覆")
        assert await violations(page) == []
        assert await shop.texts(friend) == before, "it was only looked at"
        await page.keyboard.press("Enter")
        await expect(ready).to_be_hidden()
        await expect(page.get_by_label("你的回覆")).to_be_focused()
        await expect(page.locator(".by-staff .bubble")).to_contain_text("門市：每天")
        assert len(await shop.texts(friend)) == len(before) + 1


async def test_a_card_on_a_phone_with_what_is_written(shop: Shop, chromium: Browser) -> None:
    """One pane at a time; Escape sends nothing; what is written goes with it; a note has its own button."""
    friend = await waiting(shop, "小安")
    async with at_chat(chromium, shop, "小安", size=PHONE) as page:
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await page.get_by_role("button", name="常用回覆").click()
        ready = page.get_by_role("dialog", name="常用回覆")
        await ready.get_by_role("option").first.click()
        await expect(ready.locator(".bubble")).to_have_text(TEXT)
        await expect(ready.locator(".drawn .plate")).to_contain_text("30 秒完成")
        await expect(ready.get_by_role("searchbox")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ready.get_by_role("button", name="回到清單").click()
        await expect(ready.get_by_role("searchbox")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(box).to_have_value(TEXT)
        await page.get_by_role("button", name="常用回覆").click()
        await ready.get_by_role("option").first.click()
        await ready.get_by_role("button", name="送出").click()
        await expect(box).to_have_value("")
        assert (await shop.texts(friend)).count(TEXT) == 1
        await page.get_by_role("radio", name="內部便條").check()
        await expect(page.get_by_role("button", name="送出")).to_be_hidden()
        await box.fill("她很急")
        await page.get_by_role("button", name="留下便條").click()
        await expect(page.locator(".by-note .bubble")).to_have_text("她很急")


async def test_what_a_colleague_gives_is_new_until_it_is_opened(shop: Shop, chromium: Browser) -> None:
    await waiting(shop, "小珍")
    async with at_chat(chromium, shop, "小珍", "admin") as ben, at_chat(chromium, shop, "小珍") as amy:
        await ben.goto(f"{shop.address}/admin/chat?list=mine")
        row = ben.locator("a.one-chat").filter(has_text="小珍")
        await expect(row).to_have_count(0)
        await expect(number(ben)).to_have_text("1")
        await amy.keyboard.press("h")
        await expect(amy.get_by_role("button", name="try-admin")).to_be_focused()
        await amy.keyboard.press("Enter")
        await expect(row).to_contain_text("try-agent 交給你")
        await expect(row.locator(".count")).to_be_visible()
        await expect(ben.locator("[data-count=given]")).to_have_text("1", timeout=SOON)
        await expect(number(amy)).to_be_hidden(timeout=SOON)  # nobody waits any more
        await expect(number(ben)).to_have_text("1")
        await row.click()
        await expect(ben.locator(".talk-head")).to_contain_text("try-agent 交給你")
        await expect(row).not_to_contain_text("交給你")
        await expect(row.locator(".count")).to_have_count(0)
        await expect(number(ben)).to_be_hidden(timeout=SOON)
        await expect(ben.locator("[data-count=given]")).to_be_hidden()
