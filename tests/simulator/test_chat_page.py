"""E3: the page of chats in a browser, beside the phones of the simulator."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from bot.model.admin import AdminRole
from tests.axe import violations
from tests.eventually import eventually
from tests.pictures import png
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.shop import Shop, own_shop
from tests.simulator.windows import new_window, sign_in

__all__ = ["own_shop"]

TEXT = "您好，幫您查訂單"


@asynccontextmanager
async def at_chat(
    chromium: Browser, shop: Shop, name: str, role: AdminRole = "agent", size: ViewportSize = DESK
) -> AsyncIterator[Page]:
    """Somebody of the team who has opened the chat with this person."""
    async with new_window(chromium, size) as page:
        with complaints(page) as broken:
            await sign_in(page, shop.address, role)
            await page.goto(shop.address + await link_of(page, shop, name))  # its scripts hear keys then
            await expect(page.locator(".talk-head h2")).to_have_text(name)
            yield page
        assert broken == []


async def link_of(page: Page, shop: Shop, name: str) -> str:
    """Where the list of all chats leads to the one with this person; it is not drawn for that."""

    async def links() -> list[str]:
        answer = await page.request.get(f"{shop.address}/admin/chat?list=all")
        rows = re.findall(r'<a class="one-chat[^>]* href="([^"]+)"[^>]*>(.*?)</a>', await answer.text(), re.S)
        return [unescape(link) for link, row in rows if name in unescape(row)]

    return (await eventually(links, bool))[0]


async def waiting(shop: Shop, name: str) -> str:
    friend = await shop.friend(name)
    await shop.say(friend, "真人客服", "我的電話是 0912345678")
    return friend


@pytest.mark.ring("test", "the walk of the console")
async def test_two_of_staff_answer_leave_notes_and_finish(shop: Shop, chromium: Browser) -> None:
    """E3, B11: masked, live, one has it; the other may leave notes, which LINE never gets."""
    friend = await waiting(shop, "小美")
    async with (
        at_chat(chromium, shop, "小美") as amy,
        at_chat(chromium, shop, "小美", "admin", PHONE) as ben,
    ):
        await expect(amy.locator(".by-person .bubble").last).to_contain_text("09••••••78")
        await expect(amy.locator(".price")).to_contain_text("免費回覆")
        await amy.keyboard.press("r")
        await amy.keyboard.type(TEXT)
        await expect(ben.locator(".there")).to_contain_text("正在輸入")
        await amy.keyboard.press("Enter")
        await expect(ben.locator(".by-staff .bubble")).to_have_text(TEXT)
        await expect(amy.get_by_label("你的回覆")).to_have_value("")
        assert (await shop.texts(friend)).count(TEXT) == 1
        await expect(ben.locator(".talk-head")).to_contain_text("處理中")
        await expect(amy.locator(".turn")).to_contain_text("現在由你回覆，機器人不回。按「交還給機器人」")
        await expect(amy.locator(".turn")).to_contain_text("起自動交還")
        await expect(amy.get_by_role("button", name="交還給機器人")).to_be_visible()
        await expect(ben.locator(".turn")).to_contain_text("對話交還後，客人的下一則訊息就由機器人回")
        await expect(ben.get_by_role("radio", name="回覆", exact=True)).to_be_disabled()
        await ben.get_by_label("你的回覆").fill("物流已催")
        await ben.keyboard.press("Enter")
        await expect(amy.locator(".by-note .bubble")).to_have_text("物流已催")
        assert "物流已催" not in await shop.texts(friend)
        await shop.say(friend, "謝謝")
        await expect(amy.locator(".by-person .bubble").last).to_have_text("謝謝")
        for page in (amy, ben):
            assert await violations(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await amy.locator(".said").click(position={"x": 2, "y": 2})
        await amy.keyboard.press("e")
        await expect(ben.locator(".talk-head")).to_contain_text("機器人回覆中")
        await expect(ben.locator(".turn")).to_contain_text("現在由機器人回覆")


async def test_photos_sent_at_once_stand_in_one_row_with_all_of_them(shop: Shop, chromium: Browser) -> None:
    """F9, E3: whenever each came, also after what was said meanwhile; each is opened alone."""
    friend = await waiting(shop, "小修")

    async def sends(index: int) -> None:
        of = f"{shop.api}/friends/{friend}/pictures?set=a&index={index}&total=3"
        async with shop.http.post(of, data=png(60, 40), headers={"Content-Type": "image/png"}) as answer:
            assert answer.status == 200
        await shop.rest()

    await sends(2)
    async with at_chat(chromium, shop, "小修") as page:
        await expect(page.locator(".by-person").last.locator(".is-picture")).to_have_count(1)
        await shop.say(friend, "就是這裡")
        await sends(1)
        await sends(3)
        rows = page.locator(".line.by-person")
        await expect(rows).to_have_count(4)
        photos = page.locator(".photos").get_by_role("link")
        await expect(photos).to_have_count(3)
        await expect(rows.last).to_contain_text("就是這裡")
        for number in range(3):
            await expect(photos.nth(number).locator("img")).to_have_js_property("naturalWidth", 60)
            await photos.nth(number).click()
            await expect(page.locator("dialog.seen-large img")).to_have_js_property("naturalWidth", 60)
            await page.keyboard.press("Escape")
        assert await violations(page) == []
        await page.set_viewport_size(PHONE)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_was_shown_free_is_never_sent_for_money(shop: Shop, chromium: Browser) -> None:
    friend = await waiting(shop, "阿明")
    async with at_chat(chromium, shop, "阿明") as page:
        await expect(page.locator(".price")).to_contain_text("免費回覆")
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await shop.do("clock", {"by": "2m"})
        await box.press("Enter")
        await expect(page.locator(".answer-says")).to_contain_text("免費時間已過")
        await expect(box).to_have_value(TEXT)
        assert TEXT not in await shop.texts(friend)
        await expect(page.locator(".price")).to_contain_text("推播 1 則")
        await box.press("Enter")
        await expect(page.locator(".by-staff .bubble")).to_have_text(TEXT)
        assert (await shop.texts(friend)).count(TEXT) == 1


async def test_without_a_network_it_goes_out_once_and_a_reload_loses_nothing(
    shop: Shop, chromium: Browser
) -> None:
    """An answer whose end nobody heard is sent again with the same id; a draft is there after a reload."""
    friend = await waiting(shop, "小安")
    async with at_chat(chromium, shop, "小安") as page:
        tries = 0

        async def half(route: Route) -> None:
            nonlocal tries
            tries += 1
            if tries == 1:
                await route.fetch()  # the server has it, and the browser does not hear so
                await route.abort()
            else:
                await route.continue_()

        await page.route("**/admin/chat/do", half)
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await box.press("Enter")
        await expect(page.locator(".answer-says")).to_contain_text("沒有網路")
        await expect(box).to_have_value("", timeout=20_000)
        assert tries == 2
        await expect(page.locator(".by-staff .bubble")).to_have_count(1)
        assert (await shop.texts(friend)).count(TEXT) == 1
        await box.fill("寫到一半")
        await page.reload()
        await expect(box).to_have_value("寫到一半")


async def test_enter_that_ends_a_composition_sends_nothing(shop: Shop, chromium: Browser) -> None:
    friend = await waiting(shop, "小組")
    async with at_chat(chromium, shop, "小組") as page:
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
        await box.press("Shift+Enter")
        await box.press("a")
        await expect(box).to_have_value(f"{TEXT}\na")
        await box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
        await shop.rest()
        assert TEXT not in "".join(await shop.texts(friend))


async def test_hostile_names_and_texts_are_texts(shop: Shop, chromium: Browser) -> None:
    name = "<img src=x onerror>"
    friend = await shop.friend(name)
    await shop.say(friend, "真人客服", "{who} <b>粗</b> " + "長" * 400, "Sent")
    async with at_chat(chromium, shop, name, size=PHONE) as page:
        await expect(page.locator(".by-person .bubble").nth(1)).to_contain_text("{who} <b>粗</b>")
        await expect(page.locator(".by-person .bubble").last).to_have_text("Sent")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_later_to_a_colleague_and_over_for_a_reason(shop: Shop, chromium: Browser) -> None:
    """E3: by keys a follow-up, a note with what is handed on; the customer hears nothing of either."""
    friend = await waiting(shop, "小涵")
    async with at_chat(chromium, shop, "小涵") as amy, at_chat(chromium, shop, "小涵", "admin") as ben:
        before = await shop.texts(friend)
        await amy.keyboard.press("t")
        await expect(amy.locator(".talk-head")).to_contain_text("由你處理")
        await amy.keyboard.press("f")
        await expect(amy.get_by_role("button", name="1 小時後")).to_be_focused()
        assert await violations(amy) == []
        await amy.get_by_role("button", name="明天 10:00").click()
        await expect(amy.locator(".talk-head")).to_contain_text("10:00 追蹤")
        await expect(amy.locator("a.one-chat").filter(has_text="小涵")).to_contain_text("追蹤")
        await amy.keyboard.press("f")
        await amy.get_by_role("button", name="不用追蹤了").click()
        await expect(amy.locator(".talk-head")).not_to_contain_text("10:00 追蹤")
        await amy.keyboard.press("h")
        await amy.get_by_label("給同事的話").fill("她問發票")
        await amy.get_by_role("button", name="try-admin").click()
        await expect(ben.locator(".by-note .bubble")).to_have_text("她問發票")
        await expect(ben.locator(".talk-head")).to_contain_text("交給你")
        await ben.keyboard.press("e")
        if await ben.locator(".back").count():  # the shop has reasons
            await ben.get_by_role("button", name="已回答").click()
        await expect(ben.locator(".talk-head")).to_contain_text("機器人回覆中")
        assert await shop.texts(friend) == before


async def test_an_emoji_goes_in_at_the_cursor(shop: Shop, chromium: Browser) -> None:
    """E3: by a press; what is written around it stays."""
    await waiting(shop, "小茉")
    async with at_chat(chromium, shop, "小茉") as page:
        box = page.get_by_label("你的回覆")
        await box.fill("謝謝您")
        await page.keyboard.press("ArrowLeft")
        await page.locator(".to-emoji summary").click()
        assert await violations(page) == []
        await page.get_by_role("button", name="🙏").click()
        await expect(box).to_have_value("謝謝🙏您")
        await expect(box).to_be_focused()
