"""Whatever takes room from the chat, its newest message stays in sight; who reads above stays. L4."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page

from tests.eventually import eventually, frames, settled
from tests.simulator.phone.conftest import PHONE, Phone
from tests.simulator.phone.test_rich_menu import area, create, says

SMALL = {"width": 320, "height": 640}
LEFT_BELOW = "chat => chat.scrollHeight - chat.scrollTop - chat.clientHeight"


async def below(page: Page) -> float:
    """Pixels of the conversation below what is seen, once the page has drawn what was done."""
    await frames(page, 4)
    return float(await page.locator("#chat").evaluate(LEFT_BELOW))


async def newest_is_seen(page: Page) -> None:
    await eventually(lambda: below(page), lambda left: left <= 1)


async def top_row(page: Page) -> list[object]:
    """Which message is on top, and where."""
    row: list[object] = await page.evaluate(
        """() => {
            const top = document.getElementById("chat").getBoundingClientRect().top;
            const rows = [...document.querySelectorAll(".said")];
            const row = rows.find((one) => one.getBoundingClientRect().bottom > top);
            return [row.dataset.message, Math.round(row.getBoundingClientRect().top - top)];
        }"""
    )
    return row


async def talked(phone: Phone, messages: int = 24) -> None:
    await phone.open()
    menu = await create(phone, "選單", "one", area(0, 600, says("在嗎")), selected=False)
    await phone.world.call("POST", f"v2/bot/user/all/richmenu/{menu}")
    await phone.page.locator("#menu-bar").wait_for()
    texts = [f"第 {number} 句，有一點長，長到要換行才寫得完的那種句子" for number in range(messages)]
    await phone.push_many(texts)


async def test_menu_keyboard_and_window_leave_the_newest_in_sight(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await talked(phone)
    bar = page.locator("#menu-bar")
    for _ in range(2):
        await bar.click()
        await newest_is_seen(page)
    for size in (SMALL, {"width": 844, "height": 390}, PHONE):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await newest_is_seen(page)
    await page.locator("#to-keys").click()
    await page.locator("#text").fill("一\n二\n三\n四\n五")
    await newest_is_seen(page)
    await page.locator("#more").click()
    await newest_is_seen(page)


async def test_also_while_messages_come(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await talked(phone)
    for number in range(6):
        text = {"type": "text", "text": f"再說 {number}"}
        await asyncio.gather(phone.push(text), page.locator("#menu-bar").click())
        await newest_is_seen(page)


async def test_who_reads_further_up_stays_there(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await talked(phone)
    chat = page.locator("#chat")
    await chat.hover()
    await page.mouse.wheel(0, -600)
    await page.locator("#to-end").wait_for()
    before = await settled(page, lambda: top_row(page))
    await page.locator("#menu-bar").click()
    assert await settled(page, lambda: top_row(page)) == before, "the menu"
    await page.set_viewport_size({"width": 390, "height": 700})
    assert await settled(page, lambda: top_row(page)) == before, "the window"
    await phone.push({"type": "text", "text": "新的一句"})
    assert await settled(page, lambda: top_row(page)) == before, "a message"
    assert await below(page) > 100
