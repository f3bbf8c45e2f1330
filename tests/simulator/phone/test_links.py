"""F7 as a person plays it: a link in a text is tapped, its page says the text, the bot answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests.simulator.lent_pages import Pages
from tests.simulator.phone.player import Player, in_the_hand
from tests.simulator.shop import Shop


@pytest_asyncio.fixture(loop_scope="session")
async def player(shop: Shop, pages: Pages) -> AsyncIterator[Player]:
    """In whose chat the short address lies that a poster has."""
    friend = await shop.friend()
    await shop.say(friend, f"{shop.address}/l/main/store_stand")
    async with in_the_hand(shop, pages, friend) as player:
        yield player


async def test_a_link_is_tapped_and_the_bot_answers(player: Player) -> None:
    await player.page.get_by_role("link", name="store_stand").click()
    await expect(player.page.locator(".said .bubble").get_by_text("優惠", exact=True)).to_be_visible()
    await expect(player.page.locator("#liff")).to_be_hidden()
    await player.shop.rest()
    contact = await player.shop.get(f"friends/{player.friend}/contact")
    assert [tag["name"] for tag in contact["tags"]] == ["來源_門市立牌", "看過優惠"]


async def test_a_page_that_may_say_nothing_leaves_the_text_in_the_field(player: Player) -> None:
    """As after a code that was scanned: the person only has to send it. No other host is asked."""
    settings = {"launched_from_chat": False}
    await player.shop.do(f"friends/{player.friend}/liff", settings, method="PUT")
    await player.page.get_by_role("link", name="store_stand").click()
    await expect(player.page.locator("#text")).to_have_value("優惠")
    await expect(player.page.locator("#liff")).to_be_hidden()
