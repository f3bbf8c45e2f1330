"""Follow, type, see the answer; what the page says when things go wrong; nothing is lost by a reload. L4."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.eventually import box_of, comes_to, frames
from tests.simulator.conftest import answering
from tests.simulator.phone.conftest import PHONE, Phone

WELCOME = {"type": "text", "text": "歡迎 小美！"}
HOURS = {"type": "text", "text": "每天 11:00–21:00"}
LINES = [{"type": "text", "text": "本週全館 85 折"}, {"type": "text", "text": "<b>限時</b>\n兩行"}]


@pytest.fixture(autouse=True)
def scripted(phone: Phone) -> None:
    phone.answers.to_follow = [WELCOME]
    phone.answers.by_text = {"營業時間": [HOURS], "優惠": LINES}


@pytest_asyncio.fixture(loop_scope="session")
async def greeted(phone: Phone, scripted: None) -> Page:
    """The page after the first step: followed, and greeted."""
    await phone.begin()
    await phone.page.locator("#enter").click()
    await expect(phone.page.locator(".bubble", has_text="歡迎 小美！")).to_be_visible()
    return phone.page


async def test_follow_type_and_see_the_answer(phone: Phone, greeted: Page) -> None:
    await expect(greeted.locator("#text")).to_be_focused()
    await phone.say("營業時間")
    await expect(greeted.locator(".said:not(.mine) .bubble").last).to_have_text("每天 11:00–21:00")
    await expect(greeted.locator(".said.mine .meta").last).to_contain_text("已讀")
    await expect(greeted.locator("#spoken")).to_contain_text("每天 11:00–21:00")
    await expect(greeted.locator("#notice")).to_be_hidden()
    await expect(greeted.locator(".day")).to_have_count(1)


async def test_texts_are_texts_and_keep_their_lines(phone: Phone, greeted: Page) -> None:
    await phone.say("優惠")
    bubble = greeted.locator(".said:not(.mine) .bubble").last
    await expect(bubble).to_have_text("<b>限時</b>\n兩行", use_inner_text=True)
    assert await bubble.evaluate("b => b.children.length") == 0
    await greeted.locator("#text").fill("一\n二 \u202eabc")
    await greeted.locator("#text").press("Enter")
    mine = greeted.locator(".said.mine .bubble").last
    await expect(mine).to_have_text("一\n二 \u202eabc", use_inner_text=True)
    style = await mine.evaluate(
        "b => [getComputedStyle(b).unicodeBidi, getComputedStyle(b).whiteSpace, b.dir]"
    )
    assert style == ["isolate", "pre-wrap", "auto"]


async def test_enter_while_an_input_method_composes_sends_nothing(greeted: Page) -> None:
    await greeted.locator("#text").fill("ㄋㄧˇ")
    await greeted.locator("#text").evaluate(
        "t => t.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await expect(greeted.locator("#text")).to_have_value("ㄋㄧˇ")
    await expect(greeted.locator(".said.mine")).to_have_count(0)


async def test_a_bot_that_does_not_answer_is_told_and_mended(phone: Phone, greeted: Page) -> None:
    world = phone.world
    well = world.answer
    world.answer = answering(503)
    await phone.say("營業時間")
    await expect(greeted.locator("#notice")).to_contain_text("會自動再送")
    await expect(greeted.locator(".said.mine .meta")).to_contain_text("重送中")
    await world.waits.end_next()
    await world.waits.end_next()
    await expect(greeted.locator("#notice")).to_contain_text("一直沒有收到")
    world.answer = well
    await greeted.locator(".undelivered").click()
    await expect(greeted.locator(".bubble", has_text="每天 11:00–21:00")).to_be_visible()
    await expect(greeted.locator("#notice")).to_be_hidden()
    await expect(greeted.locator(".undelivered")).to_have_count(0)


async def test_a_lost_connection_is_told_and_keeps_the_text(phone: Phone, greeted: Page) -> None:
    await greeted.context.set_offline(True)
    await greeted.route("**/api/**", lambda route: route.abort())
    await phone.say("還在嗎")
    await expect(greeted.locator("#notice")).to_contain_text("連線中斷")
    await expect(greeted.locator("#text")).to_have_value("還在嗎")
    await greeted.unroute_all()
    await greeted.context.set_offline(False)
    await greeted.locator("#text").press("Enter")
    await expect(greeted.locator(".said.mine .bubble")).to_have_text("還在嗎")
    await expect(greeted.locator("#notice")).to_be_hidden()


async def test_a_reload_loses_neither_draft_nor_place(phone: Phone, page: Page) -> None:
    await phone.push_many([f"第 {number} 句" for number in range(60)])
    await expect(phone.row()).to_contain_text("第 59 句")
    await page.locator("#text").fill("打到一半")
    await page.locator(".said", has_text="第 20 句").first.scroll_into_view_if_needed()
    top = page.locator(".said", has_text="第 20 句").first
    await expect(page.locator("#to-end")).to_be_visible()
    await frames(page, 20)  # rows that come near take their true height
    before = await box_of(top)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("打到一半")
    await comes_to(top, f"row => Math.abs(row.getBoundingClientRect().top - {before['y']}) <= 2", True)
    await phone.push({"type": "text", "text": "新的"})
    await expect(page.locator("#to-end")).to_have_class(re.compile("news"))
    await page.locator("#to-end").click()
    await expect(phone.row()).to_be_in_viewport()
    await expect(page.locator("#to-end")).to_be_hidden()


async def test_what_is_drawn_stays_when_something_else_happens(phone: Phone, page: Page) -> None:
    first = page.locator(".said", has_text="留著")
    await phone.push({"type": "text", "text": "留著"})
    await first.evaluate("row => { row.firstChild.mark = row.children[1].mark = row.mark = 1 }")
    await phone.say("營業時間")
    await expect(phone.row()).to_contain_text("11:00")
    await frames(page)
    kept = await first.evaluate("row => [row.mark, row.children[1].mark]")
    assert kept == [1, 1]


async def test_two_browsers_show_the_same(phone: Phone) -> None:
    await phone.open()
    other = await phone.page.context.new_page()
    await other.goto(phone.page.url)
    await expect(other.locator("#text")).to_be_visible()
    await phone.say("營業時間")
    await expect(other.locator(".said.mine .bubble")).to_have_text("營業時間")
    await other.locator("#text").fill("優惠")
    await other.locator("#text").press("Enter")
    await expect(phone.page.locator(".bubble", has_text="85 折")).to_be_visible()
    await other.close()


async def test_the_bot_shows_that_it_works(phone: Phone) -> None:
    await phone.open()
    body = {"chatId": phone.friend, "loadingSeconds": 60}
    status, _, _ = await phone.world.call("POST", "v2/bot/chat/loading/start", body)
    assert status == 202
    await expect(phone.page.locator("#typing")).to_be_visible()
    await phone.push({"type": "text", "text": "好了"})
    await expect(phone.page.locator("#typing")).to_have_count(0)


async def test_english_and_dark_are_remembered(greeted: Page) -> None:
    await greeted.get_by_role("button", name="English").click()
    await expect(greeted.locator("#text")).to_have_attribute("placeholder", "Type a message")
    await expect(greeted.locator(".said.mine, .said").last.locator("time")).to_contain_text(
        re.compile("AM|PM")
    )
    await greeted.locator("#theme").click()
    await greeted.locator("#theme").click()
    await greeted.reload()
    await expect(greeted.locator("#text")).to_have_attribute("placeholder", "Type a message")
    await expect(greeted.locator("#theme")).to_have_text("Theme: dark")
    await expect(greeted.locator("html")).to_have_attribute("lang", "en")
    await expect(greeted.locator("body")).to_have_css("color-scheme", "dark")


async def test_it_fits_a_small_screen(greeted: Page) -> None:
    for width in (320, 390):
        await greeted.set_viewport_size({"width": width, "height": PHONE["height"]})
        place = "e => [e.getBoundingClientRect()].map(({ x, y, width }) => [x, y, width])[0]"
        await comes_to(greeted.locator(".phone"), place, [0, 0, width])
        await comes_to(greeted, "document.documentElement.scrollWidth", width)


async def test_by_keyboard_alone(phone: Phone) -> None:
    page = phone.page
    await phone.begin()
    await expect(page.locator("#enter")).to_be_visible()
    await page.locator("#back").focus()
    await page.keyboard.press("Tab")
    await expect(page.locator("#enter")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble", has_text="歡迎 小美！")).to_be_visible()
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("#more")).to_be_focused()
    await expect(page.locator("#more")).to_have_css("outline-style", "solid")
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("#chat")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(phone.row()).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(phone.row()).to_be_focused()
