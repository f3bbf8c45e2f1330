"""A router for each test, before the database of the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.store.database.mongo import OPTIONS
from tests.running import running
from tests.sharded.router import SHARD_KEYS, Router


@pytest.fixture
def router() -> Iterator[Router]:
    router = Router(running().socket, SHARD_KEYS, OPTIONS["appname"])
    router.start()
    yield router
    router.stop()
