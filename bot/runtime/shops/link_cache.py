"""Cache of which shops are linked: read before a call to a shop, and never older than two seconds then.
Without shops there is no query."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.model.clock import Clock
from bot.model.shop import ShopLink
from bot.store.shops.links import ShopLinks

KNOWN_FOR = timedelta(seconds=2)
"""How old a cached link may be when it is used."""


class LinkCache:
    """The links of all shops. `of` may raise `DatabaseUnavailable`."""

    def __init__(self, links: ShopLinks, clock: Clock) -> None:
        self._links = links
        self._clock = clock
        self._known: Mapping[str, ShopLink] = {}
        self._at: datetime | None = None
        self._reading = asyncio.Lock()

    async def of(self, shop: str) -> ShopLink | None:
        """The link of the shop of this name, of the last two seconds; `None`: it was never linked."""
        async with self._reading:
            now = self._clock.now()
            if self._at is None or not self._at <= now < self._at + KNOWN_FOR:
                self._known = await self._links.all()
                self._at = now
        return self._known.get(shop)

    async def as_of_now(self, shop: str) -> ShopLink | None:
        """The link as the database has it now."""
        async with self._reading:
            self._at = None
        return await self.of(shop)

    def last(self, shop: str) -> ShopLink | None:
        """The link as it was at the last query."""
        return self._known.get(shop)
