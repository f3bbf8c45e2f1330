"""The page in a real browser: follow, type, see the answer; and what it says when things go wrong. L4."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.simulator.conftest import PATIENCE, Delivered, World

ANSWERS = {"營業時間": ["每天 11:00–21:00"], "優惠": ["本週全館 85 折", "<b>限時</b>\n兩行"]}


@pytest.fixture
async def page(world: World, browser: Browser) -> AsyncIterator[Page]:
    """The page, before anything has happened, with a bot that answers. No script may fail."""
    calls: set[asyncio.Task[object]] = set()

    async def answer(got: Delivered) -> int:
        event = got.event
        texts = ["歡迎 小美！"] if event["type"] == "follow" else []
        if event["type"] == "message" and event["message"]["type"] == "text":
            texts = ANSWERS.get(event["message"]["text"], [])
        if texts:
            messages = [{"type": "text", "text": text} for text in texts]
            body = {"replyToken": event["replyToken"], "messages": messages}
            task = asyncio.create_task(world.call("POST", "v2/bot/message/reply", body))
            calls.add(task)
        return 200

    world.answer = answer
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.set_default_timeout(PATIENCE * 1000)
    await opened.goto(world.url + "/simulator/")
    yield opened
    await context.close()
    await asyncio.gather(*calls)
    assert errors == []


async def follow(page: Page) -> None:
    await page.locator("#enter").click()
    await expect(page.locator(".bubble", has_text="歡迎 小美！")).to_be_visible()


async def say(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")


async def test_follow_type_and_see_the_answer(page: Page) -> None:
    await expect(page.get_by_role("heading", name="模擬器")).to_be_visible()
    await expect(page.locator("#nothing")).to_be_visible()
    await follow(page)
    await expect(page.locator("#text")).to_be_focused()
    await say(page, "營業時間")
    await expect(page.locator(".said:not(.mine) .bubble").last).to_have_text("每天 11:00–21:00")
    await expect(page.locator(".said.mine .meta").last).to_contain_text("已讀")
    await expect(page.locator(".deed", has_text="回覆 1 則訊息").first).to_contain_text("免費")
    await expect(page.locator("#spoken")).to_contain_text("每天 11:00–21:00")
    await expect(page.locator("#notice")).to_be_hidden()


async def test_texts_are_texts_and_keep_their_lines(page: Page) -> None:
    await follow(page)
    await say(page, "優惠")
    bubble = page.locator(".said:not(.mine) .bubble").last
    await expect(bubble).to_have_text("<b>限時</b>\n兩行", use_inner_text=True)
    assert await bubble.evaluate("b => b.children.length") == 0
    await page.locator("#text").fill("一\n二 \u202eabc")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".said.mine .bubble").last).to_have_text(
        "一\n二 \u202eabc", use_inner_text=True
    )
    style = await page.locator(".said.mine .bubble").last.evaluate(
        "b => [getComputedStyle(b).unicodeBidi, getComputedStyle(b).whiteSpace, b.dir]"
    )
    assert style == ["isolate", "pre-wrap", "auto"]


async def test_enter_while_an_input_method_composes_sends_nothing(page: Page, world: World) -> None:
    await follow(page)
    await page.locator("#text").fill("ㄋㄧˇ")
    await page.locator("#text").evaluate(
        "t => t.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await expect(page.locator("#text")).to_have_value("ㄋㄧˇ")
    await expect(page.locator(".said.mine")).to_have_count(0)


async def test_a_second_friend_blocking_and_unblocking(page: Page) -> None:
    await follow(page)
    await page.locator("#add").click()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("阿明")
    await page.locator("#name").fill("林 阿明")
    await page.locator("#name").press("Enter")
    await expect(page.locator("#chat-as")).to_contain_text("林 阿明")
    await page.locator("#standing").click()
    await expect(page.locator("#composer")).to_be_hidden()
    await page.locator("#enter").click()
    await expect(page.locator("#composer")).to_be_visible()
    await page.locator(".person").first.click()
    await expect(page.locator("#chat-as")).to_contain_text("小美")
    await page.reload()
    await expect(page.locator("#chat-as")).to_contain_text("小美")


async def test_a_name_that_is_being_typed_survives_what_happens_meanwhile(page: Page, world: World) -> None:
    await follow(page)
    await page.locator("#name").fill("小美美")
    friend = (await world.get("state"))["friends"][0]["id"]
    await world.do(f"friends/{friend}/block", {})
    await expect(page.locator("#composer")).to_be_hidden()
    await expect(page.locator("#name")).to_have_value("小美美")
    await expect(page.locator("#name")).to_be_focused()
    await page.locator("#name").press("Enter")
    await expect(page.locator(".person")).to_contain_text(["小美美", "新增好友"])


async def test_a_bot_that_does_not_answer_is_told_and_mended(page: Page, world: World) -> None:
    await follow(page)
    well = world.answer

    async def dead(got: Delivered) -> int:
        return 503

    world.answer = dead
    await say(page, "營業時間")
    await expect(page.locator("#notice")).to_contain_text("會自動再送")
    await expect(page.locator(".said.mine .meta")).to_contain_text("重送中")
    await world.waits.end_next()
    await world.waits.end_next()
    await expect(page.locator("#notice")).to_contain_text("一直沒有收到")
    world.answer = well
    await page.locator(".undelivered").click()
    await expect(page.locator(".bubble", has_text="每天 11:00–21:00")).to_be_visible()
    await expect(page.locator("#notice")).to_be_hidden()
    await expect(page.locator(".undelivered")).to_have_count(0)


async def test_a_lost_connection_is_told_and_keeps_the_text(page: Page) -> None:
    await follow(page)
    await page.context.set_offline(True)
    await page.route("**/api/**", lambda route: route.abort())
    await say(page, "還在嗎")
    await expect(page.locator("#notice")).to_contain_text("連線中斷")
    await expect(page.locator("#text")).to_have_value("還在嗎")
    await page.unroute_all()
    await page.context.set_offline(False)
    await page.locator("#text").press("Enter")
    await expect(page.locator(".said.mine .bubble")).to_have_text("還在嗎")
    await expect(page.locator("#notice")).to_be_hidden()


async def test_english_and_dark_are_remembered(page: Page) -> None:
    await follow(page)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Simulator")).to_be_visible()
    await page.locator("#theme").click()
    await page.locator("#theme").click()
    await page.reload()
    await expect(page.get_by_role("heading", name="Simulator")).to_be_visible()
    await expect(page.locator("#theme")).to_have_text("Theme: dark")
    assert await page.evaluate("document.documentElement.lang") == "en"
    assert await page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_everything_can_be_reached_and_is_large_enough(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await follow(page)
    if size[0] < 900:
        box = await page.locator(".phone").bounding_box()
        assert box is not None
        assert (box["x"], box["y"], box["width"]) == (0, 0, size[0])
        await expect(page.locator("#bench")).to_be_hidden()
        await page.locator("#fold").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#bench")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == size[0]
    small = await page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea")]
            .filter((e) => e.checkVisibility())
            .map((e) => [e.id || e.className, e.getBoundingClientRect()])
            .filter(([, box]) => box.width < 44 || box.height < 44)
            .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )
    assert small == []
    unnamed = await page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea")]
            .filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
            .map((e) => e.outerHTML)"""
    )
    assert unnamed == []


async def test_by_keyboard_alone(page: Page) -> None:
    for _ in range(10):
        if await page.evaluate("document.activeElement.id") == "enter":
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble", has_text="歡迎 小美！")).to_be_visible()
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("#more")).to_be_focused()
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.locator("#tray button").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.mine .sticker")).to_be_visible()
