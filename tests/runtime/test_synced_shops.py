"""Which shops are read when: what was ordered, what was stopped, each night; at rest otherwise. C6"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model.shop import ShopSync
from bot.runtime.shops.all_shops import SyncedShops, next_poll
from bot.store.shops.links import ShopLinks
from tests.runtime.shop_members import PLAYBOOK, SHOP, UNLINKED, ShopWorld, member, run_of
from tests.runtime.test_shop_sync import world

__all__ = ["world"]


async def looked(world: ShopWorld, synced: SyncedShops) -> ShopSync:
    """What a look begins is seen through."""
    await synced.look()
    await asyncio.gather(*synced._tasks.values())
    await synced.look()
    return await world.stores.shop_syncs.one("forest")


async def test_what_is_ordered_is_read_and_then_all_is_at_rest(world: ShopWorld) -> None:
    synced = SyncedShops(world.world())
    world.fill(member("1"))
    assert (await looked(world, synced)).all is None
    await world.order()
    await synced.look()
    assert not synced.is_at_rest
    run = run_of(await looked(world, synced))
    assert (run.state, synced.is_at_rest) == ("done", True)


async def test_where_nothing_was_ever_ordered_nobody_asks_what_is_linked(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that comes again and again is one question."""
    monkeypatch.delattr(ShopLinks, "all")
    await SyncedShops(world.world()).look()


async def test_each_night_it_is_asked_once(world: ShopWorld) -> None:
    synced = SyncedShops(world.world())
    world.fill(member("1"))
    await world.order()
    at = next_poll(await looked(world, synced), PLAYBOOK.zone)
    assert at is not None
    assert (await looked(world, synced)).poll is None
    world.web.clock.moment = at
    assert not synced.is_at_rest
    run = run_of(await looked(world, synced), "poll")
    assert (run.state, synced.is_at_rest) == ("done", True)
    assert (await looked(world, synced)).poll == run


async def test_a_refusal_is_left_alone_until_the_settings_are_others(world: ShopWorld) -> None:
    """C3: who mends the token need not do anything else."""
    synced = SyncedShops(world.world())
    world.fill(member("1"))
    world.shop.settings = replace(SHOP, credentials={"token": "another"})
    await world.order()
    stopped = run_of(await looked(world, synced))
    assert (stopped.state, synced.is_at_rest) == ("stopped", True)
    assert (await looked(world, synced)).all == stopped
    world.settings = replace(world.settings, shops={"forest": world.shop.settings})
    assert run_of(await looked(world, synced)).state == "done"


async def test_a_clock_that_is_set_back_makes_no_shop_wait_for_it(world: ShopWorld) -> None:
    synced = SyncedShops(world.world())
    world.fill(member("1"))
    await world.order()
    await world.web.put("forest/faults", {"answer": "500"})
    await looked(world, synced)
    await world.web.put("forest/faults", {})
    world.later(-60)
    assert run_of(await looked(world, synced)).state == "done"


async def test_a_wrong_account_does_not_end_the_polls_of_before(world: ShopWorld) -> None:
    synced = SyncedShops(world.world())
    world.fill(member("1"))
    await world.order()
    at = next_poll(await looked(world, synced), PLAYBOOK.zone)
    assert at is not None
    world.fill(*(member(str(n), line=f"U{n}") for n in range(1, 31)))
    await world.order()
    assert run_of(await looked(world, synced)).state == "stopped"
    world.later(2 * 24 * 60)
    assert run_of(await looked(world, synced), "poll").state == "done"


async def test_a_shop_that_is_not_linked_is_not_asked(world: ShopWorld) -> None:
    synced = SyncedShops(world.world())
    assert await world.stores.shop_links.put(UNLINKED, None)
    await world.order()
    run = run_of(await looked(world, synced))
    assert (run.state, synced.is_at_rest) == ("ordered", True)
    assert not world.shop.calls


async def test_who_does_not_own_part_0_reads_nothing(world: ShopWorld) -> None:
    synced = SyncedShops(world.world())
    world.lost = True
    await world.order()
    await looked(world, synced)
    assert not world.shop.calls
    assert synced.is_at_rest
