"""I1: audiences with their condition in words, how many now and by day, who uses them; counted once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.operations.audience_history import count_day, sizes_by_day
from tests.web.admin.broadcast_pages_world import BroadcastPagesWorld, broadcast_pages
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH


@pytest.fixture
async def world(worlds: StaffWorlds) -> BroadcastPagesWorld:
    return await broadcast_pages(worlds)


async def test_conditions_numbers_and_what_uses_them(world: BroadcastPagesWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    _, page = await browser.get("/admin/audiences", **ZH)
    everybody, vips = page.split('class="card"')[1:3]
    assert ["共 3 位" in everybody, "年終" in everybody, "audience=everyone" in everybody] == [True] * 3
    assert ["熟客" in vips, "VIP" in vips, "共 0 位" in vips, "每週新品" in vips] == [True] * 4
    assert "年終" not in vips
    assert "<img src=x" not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_they_are_counted_once_a_day_and_drawn(world: BroadcastPagesWorld) -> None:
    shop = world.shop
    stores, clock = shop.stores, shop.clock
    await count_day(stores, shop.playbook, clock.now())
    await shop.come("V1", "V2")
    await count_day(stores, shop.playbook, clock.now())
    [day] = await sizes_by_day(stores, shop.playbook, clock.now())
    assert day.people == {("everyone", "main"): 3, ("vips", "main"): 0}, "who was first is believed"
    later = clock.now() + timedelta(days=1)
    await count_day(stores, shop.playbook, later)
    assert [one.people["everyone", "main"] for one in await sizes_by_day(stores, shop.playbook, later)] == [
        3,
        5,
    ]
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    _, page = await browser.get("/admin/audiences", **ZH)
    assert "data-chart" in page
    assert not await sizes_by_day(stores, shop.playbook, clock.now() + timedelta(days=100))
