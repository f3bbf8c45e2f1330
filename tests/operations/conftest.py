"""Processes of a bot that carry out what staff order, and the database as who orders it reaches it."""

from __future__ import annotations

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.runtime.bots import bots, by_our_clock

__all__ = ["bots", "by_our_clock"]


@pytest.fixture
def stores(database: Database, seal: Seal) -> Stores:
    """By a connection of its own, beside those of the bot's processes."""
    return stores_of(database, seal, "commander")
