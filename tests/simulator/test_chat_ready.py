"""E3: ready answers are put into the answer and edited there; staff write their own; what colleagues give."""

from __future__ import annotations

import re

from playwright.async_api import Browser, Locator, Page, expect

from tests.axe import violations
from tests.pictures import png
from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import TEXT, at_chat, waiting

__all__ = ["own_shop"]

SOON = 20_000
"""Milliseconds until numbers beside entries are counted anew, on a busy machine."""


def number(page: Page) -> Locator:
    return page.locator("[data-count=waiting]").first


async def test_by_keys_into_the_answer_and_out(shop: Shop, chromium: Browser) -> None:
    """/ opens them, a word finds one, Enter puts it in, where it is edited; Enter sends it once."""
    friend = await waiting(shop, "小美")
    async with at_chat(chromium, shop, "小美") as page:
        await page.keyboard.press("r")
        await page.keyboard.press("/")
        ready = page.get_by_role("dialog", name="常用回覆")
        await expect(ready.get_by_role("searchbox")).to_be_focused()
        options = ready.get_by_role("option")
        await expect(options.first).to_contain_text("綁定手機，成為會員")
        assert not await options.filter(has_text="還不是會員的話").count(), "no card without ready: true"
        await page.keyboard.type("問卷")
        await expect(options).to_have_count(0)
        await ready.get_by_role("searchbox").fill("門市")
        await page.keyboard.press("ArrowDown")
        await expect(ready.locator(".bubble")).to_contain_text("客服：週一至週五")
        assert await violations(page) == []
        before = await shop.texts(friend)
        await page.keyboard.press("Enter")
        await expect(ready).to_be_hidden()
        await expect(page.locator(".attached li")).to_contain_text("門市：每天")
        box = page.get_by_label("你的回覆")
        await expect(box).to_be_focused()
        await page.keyboard.type("您好：")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.press("/")
        await ready.get_by_role("searchbox").fill("客戶資料")
        await page.keyboard.press("Enter")
        await expect(box).to_have_value(re.compile(r"^您好：\n客戶資料\nhttps://\S+$"))
        assert await shop.texts(friend) == before, "nothing went out yet"
        await page.keyboard.type(" 請填")
        await page.keyboard.press("Enter")
        await expect(page.locator(".by-staff .bubble").last).to_contain_text("門市：每天")
        await expect(box).to_have_value("")
        await expect(page.locator(".attached li")).to_have_count(0)
        assert len(await shop.texts(friend)) == len(before) + 2


async def test_staff_write_their_own(shop: Shop, chromium: Browser) -> None:
    """By name and shortcut, with the customer's name and a picture; a colleague finds and changes it."""
    friend = await waiting(shop, "小珊")
    async with at_chat(chromium, shop, "小珊") as amy, at_chat(chromium, shop, "小珊", "admin") as ben:
        await amy.get_by_role("button", name="常用回覆").click()
        ready = amy.get_by_role("dialog", name="常用回覆")
        await ready.get_by_role("button", name="新增常用回覆").click()
        await ready.get_by_label("名稱").fill("運費")
        await ready.get_by_label("簡碼").fill("ship")
        await ready.get_by_role("button", name="客人的名字").click()
        await amy.keyboard.type("您好，滿千免運")
        await ready.locator("input[type=file]").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": png(60, 40)}
        )
        await expect(ready.locator("img[data-part=picture]")).to_be_visible()
        assert await violations(amy) == []
        await ready.get_by_role("button", name="儲存").click()
        await expect(ready.locator(".shown .bubble").first).to_have_text("小珊您好，滿千免運")
        await expect(ready.locator(".shown")).to_contain_text("try-agent 在")
        await expect(ready.locator(".shown img")).to_have_js_property("naturalWidth", 60)
        await amy.keyboard.press("Enter")
        await expect(amy.get_by_label("你的回覆")).to_have_value("小珊您好，滿千免運")
        await expect(amy.locator(".pictures img")).to_have_js_property("naturalWidth", 60)

        await ben.reload()
        await ben.keyboard.press("r")
        await ben.keyboard.press("/")
        theirs = ben.get_by_role("dialog", name="常用回覆")
        await theirs.get_by_role("searchbox").fill("ship")
        await theirs.get_by_role("option").click()
        await theirs.get_by_role("button", name="編輯").click()
        await expect(theirs.get_by_label("文字")).to_have_value("{姓名}您好，滿千免運")
        await theirs.get_by_role("button", name="不要圖片").click()
        await theirs.get_by_label("文字").fill("滿千免運")
        await theirs.get_by_label("只有我").check()
        await theirs.get_by_role("button", name="儲存").click()
        await expect(theirs.locator(".shown")).to_contain_text("只有你看得到")
        await expect(theirs.locator(".shown img")).to_have_count(0)
        await theirs.get_by_role("button", name="刪除").click()
        await expect(theirs.locator(".ready-says")).to_contain_text("已刪除")
        await expect(theirs.get_by_role("option").filter(has_text="運費")).to_have_count(0)
        await theirs.get_by_role("button", name="復原").click()
        await expect(theirs.locator(".shown .bubble")).to_have_text("滿千免運")

        await amy.keyboard.press("Enter")
        await expect(amy.locator(".by-staff .bubble").first).to_have_text("小珊您好，滿千免運")
        assert "小珊您好，滿千免運" in await shop.texts(friend)
        await amy.reload()
        await amy.get_by_role("button", name="常用回覆").click()
        await expect(ready.get_by_role("option").filter(has_text="運費")).to_have_count(0)


async def test_a_card_on_a_phone_with_what_is_written(shop: Shop, chromium: Browser) -> None:
    """One pane at a time; Escape puts nothing in; a card goes with what is written; a note has its button."""
    friend = await waiting(shop, "小安")
    async with at_chat(chromium, shop, "小安", size=PHONE) as page:
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await page.get_by_role("button", name="常用回覆").click()
        ready = page.get_by_role("dialog", name="常用回覆")
        await ready.get_by_role("option").filter(has_text="30 秒完成").click()
        await expect(ready.locator(".drawn .plate")).to_contain_text("30 秒完成")
        await expect(ready.get_by_role("searchbox")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ready.get_by_role("button", name="回到清單").click()
        await expect(ready.get_by_role("searchbox")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(box).to_have_value(TEXT)
        await page.get_by_role("button", name="常用回覆").click()
        await ready.get_by_role("option").filter(has_text="30 秒完成").click()
        await ready.get_by_role("button", name="放進輸入框").click()
        await expect(page.locator(".attached li")).to_contain_text("綁定手機")
        await page.reload()
        await expect(page.locator(".attached li")).to_contain_text("綁定手機")
        await page.get_by_role("button", name="送出").click()
        await expect(box).to_have_value("")
        await expect(page.locator(".attached li")).to_have_count(0)
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
