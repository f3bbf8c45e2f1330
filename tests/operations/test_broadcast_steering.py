"""Staff order a broadcast: of several who do so at the same moment one is heard. I3, I4"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.model.audit import DeedKind
from bot.model.broadcast import Sending
from bot.operations.broadcasts.steering import SteeringRefused, cancel_sending, pause, resume, send
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
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


async def test_what_was_done_is_told_wherever_the_database_goes_away(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order, and its line in the audit log, are one write: asked once more, it says that it is done."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()

    async def goes_away(log: AuditLog, deed: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(AuditLog, "record", goes_away)
    acts: dict[DeedKind, Callable[[], Awaitable[object]]] = {
        "broadcast_sent": lambda: send(shop.stores, shop.playbook, broadcast, "amy", now),
        "broadcast_paused": lambda: pause(shop.stores, broadcast, "amy"),
        "broadcast_resumed": lambda: resume(shop.stores, broadcast, "amy"),
        "broadcast_cancelled": lambda: cancel_sending(shop.stores, broadcast, "amy"),
    }
    for kind, act in acts.items():
        with suppress(DatabaseUnavailable):
            await act()
        with pytest.raises(SteeringRefused):
            await act()
        lines = await shop.stores.audit.deeds([kind], 10)
        assert [(line.by, line.kind) for line in lines] == [("amy", kind)]
