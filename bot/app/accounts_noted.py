"""Writes into the database which LINE accounts the live playbook has (A6).

Two checks read it. An account of this bot cannot be linked from the folder of another playbook
(`operations.channels`); one that is unlinked stays so. And a bot that has none of these accounts cannot open
the database: it is another bot's (`app.database_owner`).
"""

from __future__ import annotations

import asyncio

from bot.app.context import AppContext
from bot.operations.channels.holding import note_channels, note_served
from bot.runtime.process import Runtime
from bot.store.unavailable import DatabaseUnavailable

AGAIN = 10.0
"""Seconds until the next attempt where the database is away."""


def note_accounts(serving: AppContext, runtime: Runtime) -> None:
    """Write the accounts at the start, and whenever another playbook or other settings are served."""
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
