"""Recordings of rules with `first`, whose places are given back while one records. L4."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.simulator.shop import Shop, open_shop, written

BOT = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
rules:
  - {when: follow, reply: 歡迎}
  - {when: {text: 搶}, first: 1, name: 雙11, reply: 搶到了}
  - {when: {text: 搶}, reply: 名額已滿}
"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def limited(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A bot with a rule for one."""
    async with open_shop(written(tmp_path_factory.mktemp("limited"), BOT)) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(limited: Shop) -> Shop:
    """It, with its place to be had."""
    await limited.do("places", {"clear": "雙11"})
    return limited


async def test_places_cleared_meanwhile_are_the_reason_that_is_told(shop: Shop, desk: Page) -> None:
    """A scenario clears no places; one without that can be saved."""
    await shop.say(await shop.friend("阿明"), "搶")
    friend = await shop.friend()
    page = desk
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-recording").click()
    panel = page.locator("#panel-recording")
    async with page.expect_response("**/scenario/begin"):
        await panel.get_by_role("button", name="從現在開始錄").click()
    await shop.say(friend, "搶")
    await expect(panel.locator(".record-yaml")).to_contain_text("taken: {雙11: 1}")
    await page.locator("#tab-person").click()
    await page.get_by_role("button", name="清空「雙11」的名額").click()
    await expect(page.locator(".attribute", has_text="雙11")).to_contain_text("已領 0 名，共 1 名")
    await shop.say(friend, "搶")
    await page.locator("#tab-recording").click()
    await expect(panel.locator(".problem")).to_contain_text("清空了名額")
    assert (await shop.get(f"friends/{friend}/scenario"))["advice"] == "cleared"
    async with page.expect_response("**/scenario/begin"):
        await panel.get_by_role("button", name="從現在開始錄").click()
    await shop.say(friend, "搶")
    await expect(panel.locator(".problem")).to_have_count(0)
    await panel.locator("#scenario-name").fill("搶到了")
    await panel.get_by_role("button", name="存成測試對話").click()
    await expect(panel.locator(".record-saved")).to_contain_text("tests/scenarios/搶到了.yaml")


async def test_places_given_back_before_anybody_asked_change_nothing(shop: Shop) -> None:
    """Where it holds all the same, nothing is said of it."""
    friend = await shop.friend()
    await shop.do("places", {"clear": "雙11"})
    await shop.say(friend, "搶")
    told = await shop.get(f"friends/{friend}/scenario")
    assert (told["holds"], told["advice"]) == (True, None)
