"""Somebody with a phone in the hand, in a chat of the worked example."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import FrameLocator, Page, expect

from tests.simulator.lent_pages import PHONE, Pages, complaints
from tests.simulator.shop import Shop


@dataclass
class Player:
    """The phone's page, and the shop in whose chat it is."""

    page: Page
    shop: Shop
    friend: str

    @property
    def liff(self) -> FrameLocator:
        """The member's page that is open on the phone."""
        return self.page.frame_locator("#liff iframe")

    async def has_heard(self, text: str) -> None:
        """Wait until this stands in the chat: a page shows its screen before it says anything."""
        await expect(self.page.locator(".said .bubble", has_text=text)).to_have_count(1)


@asynccontextmanager
async def in_the_hand(shop: Shop, pages: Pages, friend: str) -> AsyncIterator[Player]:
    """The chat is open; no script may fail, and no other host be asked."""
    async with pages.lend(PHONE) as page:
        with complaints(page, home=shop.address) as wrong:
            await page.goto(f"{shop.address}/simulator/?friend={friend}")
            yield Player(page, shop, friend)
    assert wrong == []
