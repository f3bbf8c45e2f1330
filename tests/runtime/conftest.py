"""Fixtures of several processes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.runtime import process
from bot.store.mongo import Database
from bot.store.seal import Seal
from tests.conftest import ManualClock
from tests.runtime.shop import Shop


@pytest.fixture
def no_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks for what was stranded: it must not be."""
    monkeypatch.setattr(process, "BACKSTOP", 10.0**9)


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[Shop]:
    shop = Shop(database, seal, clock)
    yield shop
    for bot in shop.bots:
        await bot.crash()
