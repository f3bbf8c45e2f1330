"""Which shops are linked, as this process knows: looked up when a shop is about to be asked, never older than
two seconds then. Who has no shop never asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.model.clock import Clock
from bot.model.shop import ShopLink
from bot.store.shops.links import ShopLinks

KNOWN_FOR = timedelta(seconds=2)


class LinkCache:
    """The links of all shops. `of` may raise `DatabaseUnavailable`."""

    def __init__(self, links: ShopLinks, clock: Clock) -> None:
        self._links = links
        self._clock = clock
        self._known: Mapping[str, ShopLink] = {}
        self._at: datetime | None = None
        self._reading = asyncio.Lock()

    async def of(self, shop: str) -> ShopLink | None:
        """The link of the shop of this name, as it is or was; `None`: nobody has linked it."""
        async with self._reading:
            now = self._clock.now()
            if self._at is None or not self._at <= now < self._at + KNOWN_FOR:
                self._known = await self._links.all()
                self._at = now
        return self._known.get(shop)

    async def as_of_now(self, shop: str) -> ShopLink | None:
        """The same as the database has it, however short ago somebody asked."""
        async with self._reading:
            self._at = None
        return await self.of(shop)

    def last(self, shop: str) -> ShopLink | None:
        """The same as it was when somebody last asked."""
        return self._known.get(shop)
