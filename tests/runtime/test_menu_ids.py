"""Which of LINE's menus is which, in every process, soon after a sync. G2"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.model.menus import MappedFace, MenuMapping
from bot.runtime.menus.menu_ids import LOOK, MenuIds
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE

MAIN = MenuMapping("main", (MappedFace("VIP", "VIP", "richmenu-1", "hash"),))


async def test_a_sync_is_known_after_the_next_look(database: Database, clock: ManualClock) -> None:
    """Within 2 s, and whoever wants to know is told once."""
    mappings, told = RichMenuMappings(database), asyncio.Queue[str]()
    ids = MenuIds(mappings, clock)
    ids.on_change(told.put_nowait)
    looking = asyncio.create_task(ids.run())
    await clock.waited_for()
    assert ids.line_id("main", "VIP") is None
    await mappings.write(MAIN)
    assert LOOK < 2
    clock.advance(LOOK)
    assert await asyncio.wait_for(told.get(), PATIENCE) == "main"
    assert ids.line_id("main", "VIP") == "richmenu-1"
    assert ids.mapping("other") == MenuMapping("other")
    await mappings.write(MenuMapping("other"))
    await mappings.forget("main")
    await ids.refresh()
    assert [told.get_nowait(), told.get_nowait()] == ["main", "other"]
    assert ids.line_id("main", "VIP") is None
    assert told.empty()
    looking.cancel()


class Away:
    """A database that is away until it is `back`."""

    back = False

    async def all(self) -> Mapping[str, MenuMapping]:
        return {"main": replace(MAIN, rev=1)}

    async def revisions(self) -> Mapping[str, int]:
        if not self.back:
            raise DatabaseUnavailable("away")
        return {"main": 1}


async def test_while_the_database_is_away_it_goes_on_looking(clock: ManualClock) -> None:
    store = Away()
    ids, told = MenuIds(store, clock), asyncio.Queue[str]()
    ids.on_change(told.put_nowait)
    looking = asyncio.create_task(ids.run())
    await clock.waited_for()
    store.back = True
    clock.advance(LOOK)
    assert await asyncio.wait_for(told.get(), PATIENCE) == "main"
    looking.cancel()
