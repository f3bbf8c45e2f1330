"""The page as somebody sees it who opens it first: nothing in the console, nothing missing. L4."""

from __future__ import annotations

from playwright.async_api import Browser, ConsoleMessage, Request, Response, expect

from tests.simulator.shop import Shop


async def test_the_first_load_and_the_first_friend_leave_the_console_empty(
    shop: Shop, browser: Browser
) -> None:
    """From the address that the terminal tells, up to the bot's greeting, with every panel looked at."""
    page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    wrong: list[str] = []

    def said(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            wrong.append(line.text)

    def answered(response: Response) -> None:
        if response.status >= 400:
            wrong.append(f"{response.status} {response.url}")

    def failed(request: Request) -> None:
        if request.failure == "net::ERR_ABORTED" and "/simulator/person/" in request.url:
            return  # the frame loaded or renewed the page of a friend before this one
        wrong.append(f"{request.failure} {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", answered)
    page.on("requestfailed", failed)
    await page.goto(f"{shop.address}/")
    await page.locator("#tab-person").click()
    there = page.locator("#doorstep:visible, #composer:visible")
    await expect(there).to_have_count(1)  # now it knows whether anybody is a friend
    if await page.locator("#enter").is_visible():
        await page.locator("#enter").click()
    else:  # tests before this one have friends here
        await page.locator("#back").click()
        await page.locator("#add").click()
    await expect(page.frame_locator(".person-page").locator("main")).to_contain_text("還沒有綁定")
    for name in ("why", "shop", "hooks", "clock", "log", "faults"):
        await page.locator(f"#tab-{name}").click()
        await expect(page.locator(f"#panel-{name} .lines")).to_have_count(0)
    assert wrong == []
