"""A broadcast in the workbench of a real browser: what comes next, what came, through what. I2, L4."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.simulator.lent_pages import complaints
from tests.simulator.shop import open_shop
from tests.simulator.test_broadcasts_played import BOT


async def test_to_the_broadcast_and_why_it_came(tmp_path: Path, desk: Page) -> None:
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    async with open_shop(tmp_path) as shop:
        friend = await shop.friend()
        with complaints(desk, console=True) as wrong:
            await desk.goto(f"{shop.address}/simulator/?friend={friend}")
            await desk.locator("#tab-clock").click()
            clock = desk.locator("#panel-clock")
            await expect(clock.locator(".next-timer")).to_contain_text("群發「週年慶」開始")
            await clock.locator(".next-timer").click()
            await expect(clock.locator(".clock-notice")).to_have_text("到了：群發「週年慶」開始。")
            await expect(clock.locator(".turn-head").first).to_contain_text("小美發送了群發「週年慶」")
            await expect(desk.locator("#chat .said:not(.mine)").last).to_contain_text("全館八折")
            await desk.locator("#tab-why").click()
            turn = desk.locator("#turns .turn").first
            await expect(turn.locator(".turn-heard")).to_have_text("發送了群發「週年慶」")
            await expect(turn.locator(".turn-head .cost")).to_have_text("用掉額度 1 則")
            await expect(turn.locator(".change-name").first).to_have_text("收過")
            await expect(turn.locator(".sendings")).to_contain_text("群發 1 則訊息")
            await desk.locator("#tab-person").click()
            await expect(desk.locator("#panel-person .chip-how")).to_contain_text("群發「週年慶」")
            await desk.locator("#language").click()
            await expect(desk.locator("#panel-person .chip-how")).to_contain_text("broadcast 週年慶")
            await desk.locator("#tab-why").click()
            await expect(turn.locator(".turn-heard")).to_have_text("the broadcast “週年慶” was sent")
            await expect(turn.locator(".sendings")).to_contain_text("Multicast 1 message")
        assert wrong == []
