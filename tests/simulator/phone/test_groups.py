"""A group into which the account is taken: one sees what happens there. Issue 14, 5."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.eventually import frames
from tests.simulator.phone.conftest import PHONE, Phone


async def invited(phone: Phone) -> str:
    """The group's id, after the account was taken into it by the sheet about the friend."""
    await phone.page.locator("#about").click()
    await phone.page.locator("#invite").click()
    return str((await phone.heard("join"))["source"]["groupId"])


async def pushed(phone: Phone, group: str, text: str) -> None:
    body = {"to": group, "messages": [{"type": "text", "text": text}]}
    status, answer, _ = await phone.world.call("POST", "v2/bot/message/push", body)
    assert status == 200, answer


async def test_the_account_comes_speaks_hears_and_leaves(phone: Phone) -> None:
    page = phone.page
    await page.set_viewport_size(PHONE)
    await phone.open()
    group = await invited(phone)
    sheet = page.get_by_role("dialog", name="測試群組")
    await expect(sheet).to_contain_text("「森活選品」加入了群組")
    await expect(sheet).to_contain_text("還沒有說話")
    await pushed(phone, group, "大家好")
    await expect(sheet.locator(".bubble")).to_have_text("大家好")
    await expect(sheet).not_to_contain_text("還沒有說話")
    await sheet.locator("#group-text").fill("你好")
    await sheet.locator("#group-text").press("Enter")
    assert (await phone.heard("message"))["source"]["groupId"] == group
    await expect(sheet.locator(".said.mine .bubble")).to_have_text("你好")
    await phone.world.call("POST", f"v2/bot/group/{group}/leave")
    await expect(sheet).to_contain_text("「森活選品」離開了群組")
    await expect(sheet.locator("#group-text")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(page.locator("#chat .bubble")).to_have_count(
        0
    )  # nothing of it stands in the friend's own chat


async def test_it_is_shown_also_where_the_stream_tells_of_it_late(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, feed = phone.page, phone.world.simulator._feed
    held, publish = [], feed.publish

    def late(kind: str, change: Any) -> None:
        if kind == "group":
            held.append(change)
        else:
            publish(kind, change)

    monkeypatch.setattr(feed, "publish", late)
    await phone.open()
    async with page.expect_response("**/groups/*/messages") as read:
        await invited(phone)
    await (await read.value).finished()
    await frames(page)
    publish("group", held[0])
    await expect(page.get_by_role("dialog", name="測試群組")).to_contain_text("加入了群組")


async def test_one_comes_back_to_it_after_a_reload(phone: Phone, page: Page) -> None:
    group = await invited(phone)
    await pushed(phone, group, "大家好")
    await page.reload()
    await page.locator("#about").click()
    await page.locator("[data-group]").click()
    await expect(page.get_by_role("dialog", name="測試群組").locator(".bubble")).to_have_text("大家好")


async def test_where_it_cannot_be_invited_that_is_said(page: Page) -> None:
    await page.route("**/invite", _full)
    await page.locator("#about").click()
    await page.locator("#invite").click()
    await expect(page.locator("#notice")).to_have_text("好友或群組太多了。")


async def _full(route: Any) -> None:
    await route.fulfill(status=409, json={"error": "full", "message": "there are too many groups"})
