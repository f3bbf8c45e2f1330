"""What tests of a kind borrow from those of the rooms that it has a part in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults.world import World, new_world
from tests.runtime.bots import bots, by_our_clock
from tests.services.conftest import contacts, mongodb, world
from tests.simulator.shop import shop
from tests.web.admin.conftest import worlds
from tests.web.api.conftest import api
from tests.web.liff.conftest import fake, telephone

__all__ = [
    "api",
    "bots",
    "by_our_clock",
    "contacts",
    "fake",
    "mongodb",
    "processes",
    "shop",
    "telephone",
    "world",
    "worlds",
]


@pytest.fixture
async def processes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """LINE, a playbook, no database and no process yet."""
    async with new_world(tmp_path_factory.mktemp("w")) as world:
        yield world
