"""Which LINE accounts the live playbook has is noted in the database (A6).

A database has one live playbook: what is published has its accounts, also under another name. Who would link
one from the folder of another playbook is refused (`operations.channels`); an unlinked one stays unlinked. By
them the database is known as this bot's: one that has none of them is refused (`app.database`).
"""

from __future__ import annotations

import asyncio

from bot.app.context import AppContext
from bot.operations.channels.holding import note_channels, note_served
from bot.runtime.process import Runtime
from bot.store.unavailable import DatabaseUnavailable

AGAIN = 10.0
"""Seconds until the next try where the database is away."""


def note_accounts(serving: AppContext, runtime: Runtime) -> None:
    """Have them noted from the start on, and whenever others, or other secrets, are served."""
    live, clock, news = serving.live, serving.clock, asyncio.Event()
    stores = serving.begun.opened.stores

    async def keep() -> None:
        while True:
            news.clear()
            try:
                await note_served(
                    stores.channel_links, live.settings.channels, live.playbook.bot, clock.now()
                )
                await note_channels(stores.playbooks, live.playbook.version, live.settings.channel_ids)
            except DatabaseUnavailable:
                await clock.wait(AGAIN)
            else:
                await news.wait()

    live.on_take.append(news.set)
    runtime.also("accounts noted", keep)
