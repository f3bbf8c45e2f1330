"""Storing the webhooks of shops before they are answered: those that come meanwhile share a write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.model.said import say
from bot.model.shop_news import ShopWebhook
from bot.store.shops.news import ShopNewsStore
from bot.store.unavailable import DatabaseUnavailable

FLUSH = 500
"""Webhooks in one write at most."""


class ShopNewsIntake:
    """Group commit: a write begins when the last one has ended. `stored` is told after each."""

    def __init__(self, store: ShopNewsStore, stored: Callable[[], None]) -> None:
        self._store = store
        self._stored = stored
        self._waiting: list[tuple[ShopWebhook, asyncio.Future[bool]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def keep(self, webhook: ShopWebhook, seconds: float) -> bool:
        """Return when it is durable: whether it is new.

        Raises `DatabaseUnavailable`, after `seconds` at most.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((webhook, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="news of shops")
        try:
            async with asyncio.timeout(seconds):
                return await done
        except TimeoutError as error:
            raise DatabaseUnavailable(say("the database took too long")) from error

    async def _flush(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:FLUSH], self._waiting[FLUSH:]
            try:
                known = await self._store.keep([webhook for webhook, _ in some])
            except Exception as error:  # whatever it is, it is told to all who wait for this write
                for _, done in some:
                    if not done.done():
                        done.set_exception(error)
            else:
                for webhook, done in some:
                    if not done.done():
                        done.set_result(webhook.id not in known)
                self._stored()
