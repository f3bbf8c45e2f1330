"""Who has a database open, a process or a command, says so: no restore begins beside it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_mark
from bot.app.database import OpenDatabase, open_database
from bot.app.environment import SettingsWrong
from bot.model.backup import Restored
from bot.model.settings import Settings
from bot.store.backup.history import Restores


async def opened(shop: Path) -> OpenDatabase:
    return await open_database(Settings({}), shop, {}, "test")


async def test_it_is_said_as_long_as_it_is_open(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, again = Restores.opened, asyncio.Event()
    is_removed = False

    async def watched(self: Restores, process: str) -> None:
        begins_after = is_removed  # a write under way is not the next one
        await mark(self, process)
        if begins_after and process == other.process:
            again.set()

    async with asyncio.timeout(30):
        one = await opened(people)
        try:
            monkeypatch.setattr(open_mark, "AGAIN", 0.01)
            other = await opened(people)
            try:
                monkeypatch.setattr(Restores, "opened", watched)
                assert await one.stores.restores.is_open()
                await one.stores.restores.left(other.process)
                is_removed = True
                await again.wait()
                await one.mark.remove()
                assert await one.stores.restores.is_open()
            finally:
                await other.close()
            assert not await one.stores.restores.is_open()
        finally:
            await one.close()


async def test_who_finds_a_restore_leaves_nothing_behind(people: Path) -> None:
    one = await opened(people)
    try:
        now = datetime.now(UTC)
        claim = one.stores.restores.claim(Restored("b", now, now, "amy", is_under_way=True), "owner")
        assert await claim.take()
        with pytest.raises(SettingsWrong, match="a restore into this database has not ended"):
            await opened(people)
        await one.mark.remove()
        assert not await one.stores.restores.is_open()
        await claim.take_back()
    finally:
        await one.close()
