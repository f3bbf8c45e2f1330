"""C1: the shop's page says what is mapped, how many have it, and what could not be read and why."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import pytest
from playwright.async_api import Browser, expect

from bot.model.processes import RefusedCalls, Serving
from bot.model.settings import Settings
from bot.model.shop import SyncRun
from bot.operations.admins.sessions import SignedSessions
from bot.operations.recent_figures import RecentFigures
from bot.store.contacts.member_records import MembersCounted, ShopMembers
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.shop_pages import ShopPages, ShopsServed
from tests.conftest import NOW
from tests.runtime.shop_members import PLAYBOOK, SHOP, ShopWorld, member, shop_world
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.install_world import Answers
from tests.web.admin.screens import fits, seen_by
from tests.web.admin.staff_world import Staff

ODD = {"orders_count": "很多"}


@pytest.fixture
async def world(worlds: StaffWorlds) -> AsyncIterator[ShopWorld]:
    async with shop_world(worlds.database, worlds.seal) as made:
        yield made


ShopFigures: TypeAlias = RecentFigures[[str, Sequence[str]], MembersCounted]


async def page_of(
    worlds: StaffWorlds,
    world: ShopWorld,
    lately: ShopFigures | None = None,
) -> Staff:
    """A browser of a supervisor, on the pages of the shop."""
    stores = world.stores
    settings = Settings({}, shops={"forest": replace(SHOP, file=None)})
    served = ShopsServed(
        **worlds.console(lambda: PLAYBOOK, settings, stores=stores, now=lambda: NOW).fields_by_name(),
        public="https://bot.example.com",
        to_try=lambda name: Answers(),
        office=lambda shop, domain: "",
        lately=lately or RecentFigures(stores.shop_members.counted, lambda: NOW, at_once=30),
    )
    staff = await worlds(ShopPages(served, SignedSessions(stores, worlds.clock)).handlers())
    return await staff.signed_in(await staff.account("supervisor"))


async def test_a_shop_that_refuses_and_was_never_read_says_both(
    worlds: StaffWorlds, world: ShopWorld, browser: Browser
) -> None:
    """C3: on the list and on its page, since when and what to do; it said for 26 hours that all is well."""
    staff = await page_of(worlds, world)
    page = await seen_by(staff, browser)
    await page.goto("/admin/shops")
    await expect(page.locator("main")).to_contain_text("還沒有同步會員")
    refused = RefusedCalls("shop", "forest", "refused", NOW, "401")
    serving = Serving("p", "srv1:/shop", "a" * 64, None, refused=(refused,))
    await world.stores.processes.heartbeat(serving)
    for address in ("/admin/shops", "/admin/shops/forest"):
        await page.goto(address)
        await expect(page.locator("main")).to_contain_text("2026-11-20 12:00 起，不接受我們的憑證：401")
        await fits(page)
    await expect(page.locator("main")).to_contain_text("還沒有同步會員")


def rows(page: str) -> list[str]:
    """The table of what is mapped, a text for each attribute."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.S)
    assert body is not None, page
    found = re.findall(r"<tr>(.*?)</tr>", body[1], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_mapped_who_has_it_and_what_could_not_be_read(
    worlds: StaffWorlds, world: ShopWorld
) -> None:
    world.fill(member("1", tier="金卡"), member("2", more=ODD), member("3", tier="銀卡", more=ODD))
    await world.synced()
    status, page = await (await page_of(worlds, world)).get("/admin/shops/forest")
    assert status == 200
    assert rows(page) == [
        "等級 tier: vip_info.level_name 2 67%",
        "訂單 orders: orders_count 2 could not be read: is no number 1 33%",
    ]
    assert "3 people are known as members of forest; bound: 0" in page
    assert "next poll at" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_before_anything_was_read_it_says_nobody(worlds: StaffWorlds, world: ShopWorld) -> None:
    _, page = await (await page_of(worlds, world)).get("/admin/shops/forest")
    assert rows(page) == ["等級 tier: vip_info.level_name 0", "訂單 orders: orders_count 0"]


async def test_an_edited_mapping_is_told(worlds: StaffWorlds, world: ShopWorld) -> None:
    run = SyncRun("all", "command:mei", NOW, "done", mapping="another")
    assert await world.stores.shop_syncs.order("forest", run, None)
    _, page = await (await page_of(worlds, world)).get("/admin/shops/forest")
    assert "The mapping has been edited" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_while_a_crowd_is_counted_the_page_is_there_and_comes_again(
    worlds: StaffWorlds, world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting, asked = asyncio.Event(), 0
    usual = ShopMembers.counted

    async def slow(self: ShopMembers, shop: str, slots: list[str]) -> MembersCounted:
        nonlocal asked
        asked += 1
        await counting.wait()
        return await usual(self, shop, slots)

    monkeypatch.setattr(ShopMembers, "counted", slow)
    lately = RecentFigures(world.stores.shop_members.counted, lambda: NOW - timedelta(hours=1), at_once=0)
    mei = await page_of(worlds, world, lately)
    for _ in range(5):
        status, page = await mei.get("/admin/shops/forest")
        assert (status, "are being counted" in page, 'http-equiv="refresh"' in page) == (200, True, True)
    assert asked == 1, "nobody counts a second time meanwhile"
    [task] = lately._counting.values()
    counting.set()
    await task
    counting.clear()
    monkeypatch.setattr(lately, "at_once", 30)
    counting.set()
    _, page = await mei.get("/admin/shops/forest")
    assert ("are being counted" in page, 'http-equiv="refresh"' in page) == (False, False)
    await lately.close()


async def test_what_cannot_be_counted_leaves_the_rest_of_the_page(
    worlds: StaffWorlds, world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: ShopMembers, shop: str, slots: list[str]) -> MembersCounted:
        raise DatabaseUnavailable("it takes too long")

    monkeypatch.setattr(ShopMembers, "counted", away)
    status, page = await (await page_of(worlds, world)).get("/admin/shops/forest")
    assert status == 200
    assert "could not be counted just now" in page
    assert 'http-equiv="refresh"' not in page
    assert "Unlink the shop" in page
