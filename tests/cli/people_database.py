"""The database of a shop's people, for what a test puts into it or looks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.database import OpenDatabase, open_database
from bot.model.settings import Settings
from bot.store.stores import Stores


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[OpenDatabase]:
    """That of this folder."""
    database = await open_database(Settings({}), folder, {}, "test")
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def stores_in(folder: Path) -> AsyncIterator[Stores]:
    """All of it."""
    async with opened(folder) as database:
        yield database.stores


def on_database(folder: Path, work: Callable[[OpenDatabase], Awaitable[object]]) -> None:
    """Do this in it, where no event loop runs."""

    async def done() -> None:
        async with opened(folder) as database:
            await work(database)

    asyncio.run(done())
