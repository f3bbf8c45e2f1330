"""Fixtures of several processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.engine.turn import turn
from bot.runtime import retry
from bot.runtime.cluster import recovery
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.runtime.bots import bots, by_our_clock
from tests.runtime.harness import Bot, when_it_hears_others
from tests.runtime.shop import Shop

__all__ = ["bots", "by_our_clock"]


@pytest.fixture
def no_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks for what was stranded: it must not be."""
    monkeypatch.setattr(recovery, "BACKSTOP", 10.0**9)


@pytest.fixture
def tokens_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our clock goes on by answers of the database, and on a busy machine what takes long lasts for many."""
    monkeypatch.setattr(retry, "TOKEN_LIFE", timedelta(days=1))
    monkeypatch.setattr(turn, "TOKEN_LIFE", timedelta(days=1))


@pytest.fixture
async def shop(
    database: Database, seal: Seal, clock: ManualClock, tokens_for_a_day: None
) -> AsyncIterator[Shop]:
    shop = Shop(database, seal, clock)
    yield shop
    for bot in shop.bots:
        await bot.crash()


@pytest.fixture
async def listener(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """A process that will not read its inbox again because it begins to hear of others' events."""
    bot = await shop.opens()
    hears_others = when_it_hears_others(bot, monkeypatch)
    await shop.until(hears_others.is_set)
    return bot
