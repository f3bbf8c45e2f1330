"""Broadcasts: to each of the audience once, whatever LINE does and whoever dies (I1, I3, A8)."""

from __future__ import annotations

import pytest

from bot.model.contact import Identity
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import Shop, through, users

PLAIN = "broadcasts: {b: {to: everyone, push: [早安, 輸入「停止推播」就不再收到]}}\n"
NAMED = "broadcasts: {b: {to: everyone, push: ['{{ contact.name }} 早安，輸入「停止推播」就不再收到']}}\n"


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    return Shop(database, seal, clock, compiled(PLAIN))


async def test_the_same_for_all_goes_by_multicast_to_each_friend_once(shop: Shop) -> None:
    """I1, I3: and it leaves its mark on each."""
    people = users(1_203)
    await shop.come(*people)
    await shop.come("Ublocked", identities=(Identity("main", "Ublocked", friend=False),))
    await shop.come("Ustopped", marketing=False)
    sending = await shop.order()
    process = shop.process()
    over = await through(shop, sending, process)
    assert (over.state, over.people, over.batches) == ("done", 1_203, 3)
    assert shop.line.got == dict.fromkeys(people, 1)
    assert sorted(shop.line.calls) == [("multicast", 203), ("multicast", 500), ("multicast", 500)]
    assert await shop.told(sending) == {"got": 1_203}
    assert await shop.rows(people[7]) == ["broadcast: b"]
    assert (await shop.contact(people[7])).identity("main").pushed == over.fixed


async def test_what_is_personal_is_pushed_to_each(shop: Shop) -> None:
    shop.playbook = compiled(NAMED)
    people = users(60)
    await shop.come(*people[:59])
    await shop.come(people[59], name="小美")
    over = await through(shop, sending := await shop.order(), shop.process())
    assert over.state == "done"
    assert shop.line.got == dict.fromkeys(people, 1)
    assert shop.line.texts[people[59]] == ["小美 早安，輸入「停止推播」就不再收到"]
    assert shop.line.texts[people[0]] == ["朋友 早安，輸入「停止推播」就不再收到"]
    assert await shop.told(sending) == {"got": 60}
