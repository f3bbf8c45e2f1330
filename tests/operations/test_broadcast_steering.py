"""Staff order a broadcast: of several who do so at the same moment one is heard. I3, I4"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model.broadcast import Sending
from bot.operations.broadcasts.steering import SteeringRefused, send
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Shop, through, users

PLAIN = "broadcasts: {b: {to: everyone, push: [早安, 輸入「停止推播」就不再收到]}}\n"


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three friends, and a process that runs."""
    made = Shop(database, seal, clock, compiled(PLAIN))
    await made.come(*users(3))
    runs = {"rev": 1, "processes": {"me": clock.now() + timedelta(days=36_500)}, "owners": [], "fences": []}
    await database.collection("leases").insert_one({"_id": "parts", **runs})
    return made


async def ordered(shop: Shop, who: str) -> Sending | None:
    """What came of somebody's order."""
    shop.clock.advance(0.001)
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    try:
        return (await send(shop.stores, shop.playbook, broadcast, who, now))[0]
    except SteeringRefused:
        return None


async def test_two_who_order_it_at_the_same_moment_send_it_once(shop: Shop) -> None:
    """Counting a million people takes seconds, in which neither sees the other's order."""
    found = await asyncio.gather(*(ordered(shop, who) for who in ("amy", "bob", "eve")))
    (sending,) = [one for one in found if one is not None]
    process = shop.process()
    assert (await through(shop, sending, process)).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)
    again = await ordered(shop, "bob")
    assert again is not None, "when it is over it may be ordered again"
    assert (await through(shop, again, process)).state == "done"
