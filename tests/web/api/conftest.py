"""A world of the API that ends with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.web.api.api_world import ApiWorld


@pytest.fixture
async def api(database: Database, seal: Seal, clock: ManualClock, tmp_path: Path) -> AsyncIterator[ApiWorld]:
    world = ApiWorld(database, seal, clock, tmp_path)
    await world.start()
    yield world
    await world.stop()
