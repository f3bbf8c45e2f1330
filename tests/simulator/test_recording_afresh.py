"""Recording with a friend whom the bot knows already: a new one is offered at that place. L4."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.simulator.shop import Shop


async def test_who_is_known_already_is_said_and_a_new_friend_is_one_click_away(
    shop: Shop, desk: Page
) -> None:
    """Nobody is forced: the recording has begun all the same."""
    friend = await shop.friend("小美")
    await shop.say(friend, "優惠")  # which puts a tag on
    page = desk
    await page.goto(f"{shop.address}/simulator/?friend={friend}")
    await page.locator("#tab-recording").click()
    panel = page.locator("#panel-recording")
    begin = panel.get_by_role("button", name="從現在開始錄")
    await expect(panel.locator(".record-yaml")).to_contain_text("user: 優惠")
    await begin.click()
    await expect(panel.locator(".record-told")).to_contain_text("機器人已經認得「小美」")
    await expect(panel.locator(".record-reason")).to_contain_text("還沒錄到東西")

    await panel.get_by_role("button", name="換一位新好友來錄").click()
    await expect(panel.locator(".record-told")).to_contain_text("從加入好友開始錄")
    await expect(page).not_to_have_url(f"{shop.address}/simulator/?friend={friend}")
    await expect(panel.locator(".record-yaml")).to_contain_text("user: follows")
    pressed = panel.locator(".record-acts [aria-pressed=true]")
    await expect(pressed).to_have_text("換一位新好友來錄")
    await begin.click()
    await expect(panel.locator(".record-told")).to_have_text("開始錄了，到手機上聊聊看。")
    await expect(pressed).to_have_text("從現在開始錄")
