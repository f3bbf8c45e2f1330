"""Worlds of the staff's pages that end with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.web.admin.staff_world import StaffWorld


@pytest.fixture
async def staff(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[StaffWorld]:
    world = StaffWorld(database, seal, clock)
    await world.start()
    yield world
    await world.stop()
