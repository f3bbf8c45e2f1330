"""Processes of a bot that carry out what staff order, and the database as who orders it reaches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import ManualClock
from tests.runtime.bots import bots, by_our_clock

if TYPE_CHECKING:
    from tests.web.api.api_world import ApiWorld

__all__ = ["bots", "by_our_clock"]


@pytest.fixture
def stores(database: Database, seal: Seal) -> Stores:
    """By a connection of its own, beside those of the bot's processes."""
    return stores_of(database, seal, "commander")


@pytest.fixture
async def api(database: Database, seal: Seal, clock: ManualClock, tmp_path: Path) -> AsyncIterator[ApiWorld]:
    """What operations are called with (`operation_call`), on a small shop."""
    from tests.web.api.api_world import ApiWorld  # dear: for who asks for it

    world = ApiWorld(database, seal, clock, tmp_path)
    await world.start()
    yield world
    await world.stop()
