"""Staff order a broadcast: of several who do so at the same moment one is heard. I3, I4"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.model.audit import DeedKind
from bot.model.broadcast import Sending
from bot.operations.broadcasts.steering import (
    AlreadySent,
    SendingOrder,
    SteeringRefused,
    cancel_sending,
    order_of,
    pause,
    resume,
    send,
)
from bot.runtime.broadcasts.ports import Unlimited
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Granted, Shop, through, users

SAYS = "{to: everyone, push: [早安, 輸入「停止推播」就不再收到]}"
PLAIN = f"broadcasts: {{b: {SAYS}}}\n"
TWICE = f"broadcasts: {{b: {SAYS}, b2: {SAYS}}}\n"


@pytest.fixture
async def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three friends, and a process that runs."""
    made = Shop(database, seal, clock, compiled(PLAIN))
    await made.come(*users(3))
    runs = {"rev": 1, "processes": {"me": clock.now() + timedelta(days=36_500)}, "owners": [], "fences": []}
    await database.collection("leases").insert_one({"_id": "parts", **runs})
    return made


async def ordered(shop: Shop, who: str, *, again: bool = False, name: str = "b") -> Sending | None:
    """What came of somebody's order."""
    shop.clock.advance(0.001)
    broadcast, now = shop.playbook.broadcasts[name], shop.clock.now()
    try:
        order = await order_of(shop.stores, shop.playbook, broadcast, 3, again=again, now=now)
        return await send(shop.stores, shop.playbook, order, who, now)
    except SteeringRefused:
        return None


async def test_two_who_order_it_at_the_same_moment_send_it_once(shop: Shop) -> None:
    """Counting a million people takes seconds, in which neither sees the other's order."""
    found = await asyncio.gather(*(ordered(shop, who) for who in ("amy", "bob", "eve")))
    (sending,) = [one for one in found if one is not None]
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_the_same_to_the_same_people_within_a_day_only_who_says_again(shop: Shop) -> None:
    """Typed twice within two minutes, everybody had it twice. Under another name it is the same."""
    shop.playbook = compiled(TWICE)
    process = shop.process()
    first = await ordered(shop, "amy")
    assert first is not None
    assert (await through(shop, first, process)).state == "done"
    shop.clock.advance(23 * 3600)
    assert await ordered(shop, "bob") is None
    assert await ordered(shop, "bob", name="b2") is None
    again = await ordered(shop, "bob", again=True)
    assert again is not None
    assert (await through(shop, again, process)).state == "done"
    assert shop.line.got == dict.fromkeys(users(3), 2)
    assert await ordered(shop, "amy") is None, "the day counts from the last one"
    shop.clock.advance(24 * 3600 + 1)
    assert await ordered(shop, "amy") is not None


async def test_under_two_names_at_the_same_moment_it_is_sent_once(shop: Shop) -> None:
    shop.playbook = compiled(TWICE)
    found = await asyncio.gather(*(ordered(shop, "amy", name=name) for name in ("b", "b2") * 4))
    assert len([one for one in found if one is not None]) == 1


async def test_of_several_who_say_again_one_is_heard(shop: Shop) -> None:
    """Each has seen the last sending, and the first is over before the second has typed how many people."""
    process, broadcast = shop.process(), shop.playbook.broadcasts["b"]
    first = await ordered(shop, "amy")
    assert first is not None
    await through(shop, first, process)
    shop.clock.advance(120)
    now = shop.clock.now()
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, again=True, now=now) for _ in range(2)]
    sending = await send(shop.stores, shop.playbook, orders[0], "amy", shop.clock.now())
    assert (await through(shop, sending, process)).state == "done"
    with pytest.raises(AlreadySent):
        await send(shop.stores, shop.playbook, orders[1], "bob", shop.clock.now())
    assert shop.line.got == dict.fromkeys(users(3), 2)


async def test_who_confirmed_what_somebody_else_has_sent_meanwhile_sends_nothing(shop: Shop) -> None:
    """Both were shown that it was not sent yet; one typed the number a minute later."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    orders = [await order_of(shop.stores, shop.playbook, broadcast, 3, now=now) for _ in range(2)]
    sending = await send(shop.stores, shop.playbook, orders[0], "amy", now)
    await through(shop, sending, shop.process())
    shop.clock.advance(60)
    with pytest.raises(AlreadySent):
        await send(shop.stores, shop.playbook, orders[1], "bob", shop.clock.now())
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_what_reached_nobody_may_be_ordered_again(shop: Shop) -> None:
    """Refused for want of messages, or cancelled before anybody was called: nobody would get it twice."""
    shop.months = Granted(0)
    first = await ordered(shop, "amy")
    assert first is not None
    assert (await through(shop, first, shop.process())).why == "quota"
    second = await ordered(shop, "amy")
    assert second is not None
    await cancel_sending(shop.stores, shop.playbook.broadcasts["b"], "amy")
    shop.months = Unlimited()
    third = await ordered(shop, "amy")
    assert third is not None
    assert (await through(shop, third, shop.process())).state == "done"
    assert (await shop.sending(second)).state == "cancelled"
    assert shop.line.got == dict.fromkeys(users(3), 1)


async def test_what_an_earlier_version_has_sent_is_not_repeated_either(shop: Shop) -> None:
    first = await ordered(shop, "amy")
    assert first is not None
    await through(shop, first, shop.process())
    await shop.database.collection("sendings").update_many({}, {"$unset": {"claim": "", "instead_of": ""}})
    assert await ordered(shop, "amy") is None
    assert await ordered(shop, "amy", again=True) is not None


async def test_what_was_done_is_told_wherever_the_database_goes_away(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order, and its line in the audit log, are one write: asked once more, it says that it is done."""
    broadcast, now = shop.playbook.broadcasts["b"], shop.clock.now()
    order = SendingOrder(broadcast, 3, None, None)

    async def goes_away(log: AuditLog, deed: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(AuditLog, "record", goes_away)
    acts: dict[DeedKind, Callable[[], Awaitable[object]]] = {
        "broadcast_sent": lambda: send(shop.stores, shop.playbook, order, "amy", now),
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
