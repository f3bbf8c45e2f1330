"""Going back and beginning anew on the phone; a move of the clock that is seen and stopped. L4."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.simulator.shop import Shop, open_shop, written


async def _opened(page: Page, shop: Shop, friend: str) -> Page:
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await expect(page.locator("#chat .said").first).to_be_visible()
    return page


async def test_a_message_leads_back_to_it(shop: Shop, desk: Page) -> None:
    """What stays is said before; chat and workbench are as they were, and one plays on."""
    friend = await shop.friend("阿回")
    await shop.say(friend, "測膚質", "乾性")
    page = await _opened(desk, shop, friend)
    said = page.locator("#chat .said.mine .bubble", has_text="乾性")
    await said.click(button="right")
    await page.get_by_role("button", name="回到這裡，重新來過").click()
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_contain_text("不會倒回的：時間")
    await page.keyboard.press("Escape")
    await expect(said).to_be_visible()
    await said.click(button="right")
    await page.get_by_role("button", name="回到這裡，重新來過").click()
    await sheet.get_by_role("button", name="回到這裡").press("Enter")
    await expect(said).to_have_count(0)
    await expect(page.locator("#chat")).to_contain_text("您的膚質是哪一種")
    await expect(page.locator("#turns .turn-heard", has_text="乾性")).to_have_count(0)
    await shop.say(friend, "油性")
    await expect(page.locator("#chat .said.mine .bubble", has_text="油性")).to_be_visible()


async def test_beginning_anew_says_first_what_is_forgotten(shop: Shop, desk: Page) -> None:
    friend = await shop.friend("阿新")
    await shop.say(friend, "優惠")
    page = await _opened(desk, shop, friend)
    await page.locator("#about").click()
    warning = page.get_by_text("機器人會忘記這位好友")
    await expect(warning).to_have_count(0)
    await page.locator("#anew").click()
    await expect(warning).to_be_visible()
    await page.locator("#anew-sure").click()
    await expect(page.locator("#doorstep")).to_be_visible()
    await expect(page.locator("#chat-room")).to_be_hidden()
    assert await shop.turns(friend) == []
    await page.locator("#doorstep button").click()
    await expect(page.locator("#chat .said").first).to_contain_text("歡迎來到森活選品")
    await expect(page.locator("#chat .said.mine")).to_have_count(0)


async def test_a_move_of_the_clock_is_seen_and_stopped(tmp_path: Path, desk: Page) -> None:
    """Where it comes to is told as what was asked for, and nothing is left undone."""
    async with open_shop(written(tmp_path, TICKING)) as shop:
        friend = await shop.friend()
        await shop.say(friend, "每小時")
        page = await _opened(desk, shop, friend)
        await page.locator("#tab-clock").click()
        before = await shop.get("clock")
        await page.get_by_role("button", name="30 天").click()
        way = page.locator(".clock-way")
        await expect(way).to_contain_text(re.compile(r"目前到 .*發生了 [1-9]"))
        await way.get_by_role("button", name="停在這裡").click()
        await expect(page.locator(".clock-notice")).to_contain_text("停在")
        await expect(way).to_be_hidden()
        after = await shop.get("clock")
        assert before["ahead"] < after["ahead"] < before["ahead"] + 30 * 86_400
        assert after["moving"] is None
        assert after["next"]["due"] > after["now"]


TICKING = """
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
tags: {看過優惠: {}}
rules:
  - {when: follow, reply: 歡迎}
  - {when: {text: 每小時}, start: hourly}
flows:
  hourly:
    states:
      一: {add_tags: [看過優惠], wait: 1h, next: 二}
      二:
        add_tags: [看過優惠]
        rules: [{when: {text: 夠了}, to: 完}]
        wait: 1h
        next: 一
      完: {end: true}
"""
