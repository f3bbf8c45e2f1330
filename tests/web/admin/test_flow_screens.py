"""H7: flows with hostile titles, and people in them, in Chromium: all fits, has a name, and is zoomed."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.eventually import box_of, comes_to
from tests.playbooks import compiled
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.flow_world import flow_world, in_step
from tests.web.admin.screens import HOSTILE, fits, seen_by
from tests.web.admin.staff_world import StaffWorld

BOOK = compiled(
    f"""\
bot: 森活選品
channels: {{main: {{id: forest, channel_id: "1", channel_secret: x}}}}
flows:
  vip:
    title: "{HOSTILE}"
    if_late: send
    states:
      hello: {{title: "{HOSTILE}", push: "<script>document.title='no'</script>", wait: 1d, next: second}}
      second: {{title: 第二步, push: 還在嗎, wait: 1d, next: third}}
      third: {{title: 第三步, push: 還在嗎, wait: 1d, next: done}}
      done: {{title: 走完, end: true}}
rules: [{{when: {{text: 開始}}, start: vip}}]
"""
)


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds) -> StaffWorld:
    staff = await flow_world(worlds, BOOK)
    people = [in_step(f"U{number}", "vip", "hello") for number in range(3)]
    await store(worlds.database, worlds.seal, *people)
    return staff


async def opened(browser: Browser, world: StaffWorld) -> Page:
    page = await seen_by(await world.signed_in(await world.account("admin")), browser)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto("/admin/flows")
    return page


async def test_hostile_titles_fit_and_the_picture_is_zoomed_and_moved(
    browser: Browser, world: StaffWorld
) -> None:
    page = await opened(browser, world)
    await fits(page)
    await page.get_by_role("link", name="<img").first.click()
    await expect(page.get_by_role("heading", name="流程圖")).to_be_visible()
    await fits(page)
    assert await page.locator("main img, main script").count() == 0
    view, picture = page.locator("[data-picture]"), page.locator("[data-picture] svg")
    scale = page.locator("[data-scale]")
    before = await scale.inner_text()
    await page.get_by_role("button", name="放大").click()
    await expect(scale).not_to_have_text(before)
    await view.focus()
    await page.keyboard.press("-")
    await expect(scale).to_have_text(before)
    await page.keyboard.press("0")
    await comes_to(page, "document.querySelector('[data-picture]').scrollLeft === 0", True)
    for _ in range(6):
        await page.keyboard.press("+")
    box = await box_of(view)
    assert box is not None
    await page.mouse.move(box["x"] + 200, box["y"] + 150)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 60, box["y"] + 60, steps=4)
    await page.mouse.up()
    await comes_to(page, "document.querySelector('[data-picture]').scrollLeft > 0", True)
    await expect(picture).to_be_visible()
    assert "/admin/flows/vip" in page.url, "dragging opens nobody"
