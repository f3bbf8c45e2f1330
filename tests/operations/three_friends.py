"""A shop with three friends, whose staff order a broadcast to everyone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Shop, users

SAYS = "{to: everyone, push: [早安, 輸入「停止推播」就不再收到]}"
PLAIN = f"broadcasts: {{b: {SAYS}}}\n"


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """With a process that runs."""
    made = Shop(database, seal, clock, compiled(PLAIN))
    await made.come(*users(3))
    runs = {"rev": 1, "processes": {"me": clock.now() + timedelta(days=36_500)}, "owners": [], "fences": []}
    await database.collection("leases").insert_one({"_id": "parts", **runs})
    return made
