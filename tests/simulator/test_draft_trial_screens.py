"""L8 in Chromium: the phone beside the editor; what is written is answered there, and its pages open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Locator, Page, ViewportSize, expect

from bot.web.admin.trial_proxy import PHONE as ADDRESS
from tests.axe import violations
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.trial_world import PLAYBOOK, TrialWorld, trial_world
from tests.simulator.windows import new_window, sign_in

LIFF = "https://liff.line.me/1234567890-AbcdEfgh"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TrialWorld]:
    async with trial_world(tmp_path_factory.mktemp("trial") / "tea") as world:
        yield world


@asynccontextmanager
async def editor(
    chromium: Browser, world: TrialWorld, size: ViewportSize = DESK
) -> AsyncIterator[tuple[Page, list[str]]]:
    """A browser of its own, with the editor open, in which nothing goes wrong; the requests of its phone."""
    asked: list[str] = []
    async with new_window(chromium, size) as page:
        page.on("request", lambda one: asked.append(one.url))
        with complaints(page, console=True) as wrong:
            await sign_in(page, world.serving.address, "admin")
            await page.goto(f"{world.serving.address}/admin/playbook")
            yield page, asked
        assert wrong == []


def phone_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.phone")


async def says(phone: FrameLocator, text: str) -> None:
    await phone.get_by_label("訊息", exact=True).fill(text)
    await phone.get_by_role("button", name="傳送", exact=True).click()


def heard(phone: FrameLocator, text: str) -> Locator:
    """What the bot has said."""
    return phone.locator("#chat .bubble").filter(has_text=text)


async def writes(page: Page, text: str) -> None:
    """In place of all that stands in the file."""
    await page.locator(".editor textarea").focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")
    await page.keyboard.insert_text(text)


async def test_what_is_written_is_answered_on_the_phone_beside_it(
    world: TrialWorld, chromium: Browser
) -> None:
    async with editor(chromium, world) as (page, asked):
        await page.get_by_role("button", name="試試看").click()
        phone = phone_of(page)
        await phone.get_by_role("button", name="加入好友").click()
        await says(phone, "營業時間")
        await expect(heard(phone, "每天 11:00")).to_be_visible()
        await writes(page, PLAYBOOK.replace("每天 11:00", f"每天 10:00，會員：{LIFF}"))
        await expect(page.locator(".file-head [data-status]")).to_have_text("已存進草稿")
        for _ in range(60):  # the phone has it within a second or so
            await says(phone, "營業時間")
            if await heard(phone, "每天 10:00").count():
                break
        await expect(heard(phone, "每天 10:00").first).to_be_visible()

        await heard(phone, LIFF).first.get_by_text(LIFF).click()
        page_in_line = phone.frame_locator("iframe.liff-page")
        await expect(page_in_line.get_by_role("heading", level=1)).to_be_visible()
        here = f"{world.serving.address}{ADDRESS}/"
        outside = ("/simulator/", "/liff/", "/media/", "/l/", "/o/")
        own = [url.removeprefix(world.serving.address) for url in asked]
        assert [url for url in asked if url.startswith(f"{here}liff/")]
        assert not [path for path in own if path.startswith(outside)], "all of it goes through the console"

        await writes(page, PLAYBOOK.replace("reply:", "replay:"))
        await expect(page.get_by_text("草稿有錯，手機上還是改之前的版本")).to_be_visible()
        await page.reload()
        await expect(
            phone.locator("#chat .bubble").first
        ).to_be_visible()  # it is still there, and so is the friend
        assert await page.evaluate("document.activeElement.tagName") == "BODY", (
            "it takes no key from the editor"
        )
        assert await violations(page) == []
        await page.get_by_role("button", name="結束試用").click()
        await expect(page.locator("[data-trial]")).to_be_hidden()


async def test_on_a_phone_it_is_a_page_of_its_own(world: TrialWorld, chromium: Browser) -> None:
    async with editor(chromium, world, PHONE) as (page, _):
        await page.get_by_role("button", name="試試看").click()
        await page.wait_for_url("**/admin/playbook/try")
        await expect(phone_of(page).locator("#phone")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("button", name="結束試用").click()
        await expect(page.get_by_role("button", name="試試看")).to_be_visible()
