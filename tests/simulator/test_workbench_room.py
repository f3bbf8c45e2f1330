"""The workbench makes the best of the room that it has beside the phone. L4."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.eventually import box_of, comes_to
from tests.simulator.shop import open_shop, written

BOOK = """\
bot: 森活選品
channels:
  main: {id: "@forest", channel_id: "1", channel_secret: x, access_token: y, plan: {monthly_fee: 1200}}
  outlet: {id: "@outlet", channel_id: "2", channel_secret: x, access_token: y}
rules: [{when: {text: 我想成為會員}, unless: {tag: 會員}, do: [{add_tags: 會員}, {reply: 歡迎}]}]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a chat in which one thing has been said."""
    async with open_shop(written(tmp_path_factory.mktemp("room"), BOOK)) as shop:
        friend = await shop.friend()
        await shop.say(friend, "我想成為會員")
        yield f"{shop.address}/simulator/?friend={friend}"


@pytest_asyncio.fixture(loop_scope="session")
async def page(chat: str, desk: Page) -> Page:
    await desk.goto(chat)
    await expect(desk.locator(".turn .step").first).to_be_visible()
    return desk


async def test_what_happened_has_more_room_than_where_it_stands(page: Page) -> None:
    step, told = page.locator(".turn .step").first, page.locator(".turn .step-notice").first
    for width in (900, 1024, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        await comes_to(page, "innerWidth", width)
        assert (await box_of(told))["width"] > (await box_of(step))["width"] / 2, width


async def test_a_line_leads_from_each_step_to_the_next(page: Page) -> None:
    steps = page.locator(".turn .steps").first.locator(".step")
    await expect(steps.nth(1)).to_be_visible()
    line = await steps.first.evaluate(
        """(step) => {
            const { top, height } = getComputedStyle(step, "::before");
            return [parseFloat(top), parseFloat(height)];
        }"""
    )
    marks = [await box_of(steps.locator(".step-mark").nth(number)) for number in (0, 1)]
    begins = (await box_of(steps.first))["y"] + line[0]
    assert begins == pytest.approx(marks[0]["y"] + marks[0]["height"], abs=1)
    assert begins + line[1] == pytest.approx(marks[1]["y"], abs=1)


async def test_the_month_unfolds_below_its_line(page: Page) -> None:
    """What was tapped stays where it was tapped."""
    line = page.locator("#month")
    before = await box_of(line)
    await line.click()
    await expect(page.locator(".month-rows")).to_be_visible()
    after = await box_of(line)
    assert (after["y"], after["height"]) == (before["y"], before["height"])
    assert after["x"] + after["width"] == before["x"] + before["width"]
