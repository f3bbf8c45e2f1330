"""The log calls a rich menu what the playbook calls it, not by the name under which LINE keeps it. L4."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.simulator.shop import Shop


async def test_a_menu_has_the_playbooks_name_in_the_log(shop: Shop, desk: Page) -> None:
    await desk.goto(f"{shop.address}/simulator/?friend={await shop.friend()}")
    await desk.locator("#tab-log").click()
    await desk.locator("#panel-log input[type=search]").first.fill("訪客/訪客")
    named = desk.locator("#panel-log .deed", has_text="訪客/訪客").first
    await expect(named).to_be_visible()
    await expect(desk.locator("#panel-log")).not_to_contain_text("oaflow ")
