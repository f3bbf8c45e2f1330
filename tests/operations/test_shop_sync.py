"""Having a shop's members read: who may, what is said of it, and how a shop stands. C1, C3"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cli.language import language
from bot.model.processes import RefusedCalls, Serving
from bot.model.settings import STAND_IN, MappedField, Settings, ShopSettings
from bot.model.shop import (
    WRONG_ACCOUNT,
    LinkEnd,
    MemberRefusal,
    ShopLink,
    SyncFigures,
    SyncRun,
    SyncStop,
    UnreadField,
    UnreadReason,
)
from bot.model.translatable import ENGLISH
from bot.operations.shops.status import ShopStatus, members_counted, status_of
from bot.operations.shops.status_words import beforehand, came_of, how_far, why_stopped
from bot.operations.shops.syncing import SyncRefused, order_sync, sync_of
from bot.runtime.shops.syncing import mapping_of
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.runtime.shop_members import PLAYBOOK, SHOP, ShopWorld, member, shop_world

CHINESE = language("zh-TW", {})
BY = "command:mei"


@pytest.fixture
async def world(database: Database, seal: Seal) -> AsyncIterator[ShopWorld]:
    async with shop_world(database, seal) as world:
        yield world


async def runs(world: ShopWorld) -> None:
    """A process of ours lives."""
    await world.stores.leases.register()


async def status(stores: Stores, shop: ShopSettings) -> ShopStatus:
    return await status_of(
        stores, PLAYBOOK, Settings({}), shop, await members_counted(stores, PLAYBOOK, shop)
    )


async def test_a_shop_that_refuses_says_so_and_since_when(world: ShopWorld) -> None:
    """C3: also one that was never read."""
    refused = RefusedCalls("shop", SHOP.name, "refused", NOW, "401")
    at_line, stores = RefusedCalls("line", "main", "token", NOW), world.stores
    await stores.processes.heartbeat(
        Serving("p", "srv1:/srv/shop", "a" * 64, None, refused=(refused, at_line), taken={"line main": NOW})
    )
    [alive] = await stores.processes.alive()
    assert (alive.refused, alive.taken) == ((refused, at_line), {"line main": NOW})
    assert (await status(stores, SHOP)).refused == refused


async def test_it_is_ordered_once_and_goes_on_where_it_was_stopped(world: ShopWorld) -> None:
    await runs(world)
    ordered = await order_sync(world.stores, SHOP, BY, NOW)
    assert await sync_of(world.stores, "forest", ordered) == ordered
    with pytest.raises(SyncRefused, match="being read already"):
        await order_sync(world.stores, SHOP, BY, NOW)
    stopped = replace(ordered, state="stopped", mark="7", stop=SyncStop("ShopAway", "500", NOW))
    assert await world.stores.shop_syncs.order("forest", stopped, ordered)
    again = await order_sync(world.stores, SHOP, "command:amy", NOW + timedelta(hours=1))
    assert (again.state, again.mark, again.by) == ("ordered", "7", "command:amy")
    entries = await world.stores.audit.entries(["shop_synced"], 10, since=None, until=None, by=None)
    assert [deed.by for deed in entries] == ["command:amy", BY]


async def test_after_the_wrong_account_it_begins_anew(world: ShopWorld) -> None:
    await runs(world)
    ordered = await order_sync(world.stores, SHOP, BY, NOW)
    stopped = replace(ordered, state="stopped", line=False, stop=SyncStop(WRONG_ACCOUNT, "main", NOW))
    assert await world.stores.shop_syncs.order("forest", stopped, ordered)
    again = await order_sync(world.stores, SHOP, BY, NOW + timedelta(hours=1))
    assert (again.line, again.stop) == (None, None)


async def test_who_may_not(world: ShopWorld) -> None:
    with pytest.raises(SyncRefused, match="no process runs"):
        await order_sync(world.stores, SHOP, BY, NOW)
    await runs(world)
    with pytest.raises(SyncRefused, match="is a list"):
        await order_sync(world.stores, ShopSettings("ours", "csv"), BY, NOW)
    bare = replace(SHOP, credentials={})
    with pytest.raises(SyncRefused, match="is not linked"):
        await order_sync(world.stores, bare, BY, NOW)
    await order_sync(world.stores, bare, BY, NOW, "look", played=True)
    link = ShopLink("forest", "cyberbiz", "app_store", "here", BY, NOW, ended=LinkEnd(BY, NOW, "here"))
    assert await world.stores.shop_links.put(link, None)
    for played in (False, True):
        with pytest.raises(SyncRefused, match="is not linked"):
            await order_sync(world.stores, SHOP, BY, NOW, played=played)


async def test_a_shop_stands_as_it_was_read(world: ShopWorld) -> None:
    """What is mapped, how many have it, what could not be read; the next poll; an edited mapping."""
    odd = {"orders_count": "很多"}
    world.fill(member("1", tier="金卡"), member("2", more=odd), member("3", tier="銀卡", more=odd))
    await world.synced()
    found = await status(world.stores, SHOP)
    assert (found.people, found.bound, found.is_linked, found.is_edited) == (3, 0, True, False)
    told = {
        one.ours: (one.theirs, one.having, [unread.members for unread in one.unread]) for one in found.mapped
    }
    assert told == {"tier": ("vip_info.level_name", 2, []), "orders": ("orders_count", 1, [2])}
    assert found.next_poll is not None
    edited = replace(SHOP, attributes={"tier": MappedField("name")})
    assert (await status(world.stores, edited)).is_edited
    nobody = await status(world.stores, replace(SHOP, name="other"))
    assert (nobody.people, nobody.next_poll) == (0, None)


async def test_a_command_beside_a_simulator_sees_the_mapping_that_was_read(world: ShopWorld) -> None:
    """C1: what the simulator stands in for is set in its own process; another account is another shop."""
    by_simulator = replace(SHOP, credentials={"username": f"{STAND_IN}forest_user-1f", "secret": "x"})
    done = SyncRun("all", BY, NOW, "done", mapping=mapping_of(by_simulator, PLAYBOOK))
    assert await world.stores.shop_syncs.order("forest", done, None)
    for credentials in ({}, {"username": ""}, {"username": f"{STAND_IN}forest_user-2e"}):
        assert not (await status(world.stores, replace(SHOP, credentials=credentials))).is_edited
    assert (await status(world.stores, replace(SHOP, credentials={"username": "another"}))).is_edited


def test_what_is_said_beforehand_and_meanwhile() -> None:
    run = SyncRun("all", BY, NOW, "running", began=NOW, total=100_000, calls=4_000, seconds=800.0)
    known = beforehand(run)
    assert known is not None
    assert ENGLISH.text(known).endswith("at least 13 min")
    assert CHINESE.text(known) == "100,000 位會員，照平台允許的速度要問 4,000 次：至少 13 分鐘"
    assert beforehand(SyncRun("all", BY, NOW)) is None
    half = replace(run, figures=SyncFigures(read=50_000))
    later = NOW + timedelta(minutes=7)
    assert ENGLISH.text(how_far(half, later)) == "50,000 of 100,000 members, 7,143 a minute, 7 min left"
    assert ENGLISH.text(how_far(half, NOW)) == "50,000 of 100,000 members", "too soon to tell"
    first = replace(half, figures=SyncFigures(read=2))
    assert ENGLISH.text(how_far(first, later)) == "2 of 100,000 members", "too few to tell by"


def test_what_came_of_it_is_said_in_both_languages() -> None:
    field = UnreadField("orders", "orders_count", UnreadReason.WRONG_TYPE, "number")
    refused: dict[str, int] = {MemberRefusal.SEVERAL_ACCOUNTS: 2}
    figures = SyncFigures(10, 5, 2, 1, 3, 1, refused, {field: 4})
    run = SyncRun("all", BY, NOW, "done", figures=figures, line=True)
    assert [CHINESE.text(one) for one in came_of(run)] == [
        "同步了 10 位會員：新增 5 位，更新 2 位，1 位沒有變",
        "其中 3 位在 LINE 上",
        "1 位原本沒有 LINE 的人，已和他們的 LINE 帳號合併",
        "2 位沒有加入：有好幾個 LINE 帳號都是這個會員編號",
        "orders：orders_count 有 4 次不是 number",
    ]


@pytest.mark.parametrize(
    ("why", "chinese"),
    [
        (WRONG_ACCOUNT, "一個也不認得"),
        ("CredentialsRefused", "不再接受我們的憑證"),
        ("NotPermitted", "不允許列出會員"),
        ("NotOffered", "沒有會員清單"),
        ("ShopAway", "沒有回應"),
        ("LineUnknown", "沒辦法向 LINE 問"),
        ("NotUnderstood", "和它的文件不一樣"),
    ],
)
def test_each_reason_has_its_words(why: str, chinese: str) -> None:
    """C4: with the way out, in both languages."""
    said = why_stopped(SyncStop(why, "main", NOW), "forest")
    assert chinese in CHINESE.text(said)
    assert "forest" in ENGLISH.text(said) or why == "LineUnknown"
