"""G1, G3, G5: rich menus in the console: who sees which, taps, the plan of a sync, doing it, pausing one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.engine.compiled.by_staff import with_restrictions
from bot.engine.compiled.playbook import Playbook
from bot.model.clock import SystemClock
from bot.model.contact import Contact, Identity
from bot.model.counts import TAPPED
from bot.model.mark import Mark
from bot.model.menus import MenuSyncRun
from bot.operations.menu_sync_work import MenuSyncWork
from bot.operations.menus import MenusAtLine
from bot.operations.recent_figures import RecentFigures
from bot.playbook.load import load
from bot.runtime.menus.menu_auto_sync import pictures_in
from bot.store.cluster.menu_syncs import LOST_AFTER
from bot.web.admin.menu_pages import MenuPages
from tests.cli.test_richmenu import BOT, PICTURES
from tests.conftest import NOW
from tests.eventually import box_of, eventually
from tests.pictures import png
from tests.runtime.menus_at_line import MenuLine, menu_line
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.flow_world import counted
from tests.web.admin.screens import fits, seen_by
from tests.web.admin.staff_world import ZH, Staff, StaffWorld
from tests.web.admin.test_flow_pages import plain


@dataclass
class MenuWorld:
    """The pages, and LINE."""

    staff: StaffWorld
    line: MenuLine
    work: MenuSyncWork
    address: list[str]
    in_force: Callable[[], Playbook]


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> AsyncIterator[MenuWorld]:
    written_for_main = (
        BOT.replace('database: "DATABASE"\n', "")
        .replace("if: {tag: VIP}", "if: [{channel: main}, {tag: VIP}]")
        .replace("menu: 訪客,", "menu: 訪客, if: {channel: main},")
    )
    (tmp_path / "bot.yaml").write_text(written_for_main, "utf-8")
    (tmp_path / "cards").mkdir()
    for name in PICTURES:
        (tmp_path / "cards" / name).write_bytes(png(800, 540))
    found = load(tmp_path, {})
    written = found.playbook
    assert written is not None, found.problems
    stores = worlds.stores
    async with menu_line(worlds.database, tmp_path) as line:
        address = [line.url]

        async def people(channel: str, version: str) -> Mapping[str | None, int]:
            return await stores.menu_people.by_menu(channel)

        def in_force() -> Playbook:
            brake = staff.brake.brake
            return with_restrictions(written, brake.restrictions, brake.menus)

        def at_line() -> MenusAtLine:
            return MenusAtLine(
                replace(in_force(), public="https://bot.example"), found.settings, stores, *2 * address
            )

        async def look() -> None:
            await staff.brake.look()

        work = MenuSyncWork(stores, at_line, SystemClock())
        pages = MenuPages(
            worlds.console(in_force, look=look),
            picture=pictures_in(lambda: found.settings.files),
            at_line=at_line,
            people=RecentFigures(people, worlds.clock.now),
            work=work,
        )
        staff = await worlds(pages.handlers(), channels={"main": "森活"})
        yield MenuWorld(staff, line, work, address, in_force)
        await work.close()


def friend(name: str, menu: str | None) -> Contact:
    """Somebody who was given a menu, or none of their own."""
    return Contact(f"main:{name}", identities=(Identity("main", name, friend=True, menu=menu),))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_says_who_sees_which_and_how_often_areas_are_tapped(world: MenuWorld) -> None:
    staff = world.staff
    tapped = world.in_force().menus[0].tabs["選購"].areas[1]
    people = [friend("U" + "1" * 32, "VIP"), friend("U" + "2" * 32, None), friend("U" + "3" * 32, None)]
    await store(staff.database, staff.seal, *people)
    await counted(staff.stores, {Mark("main", "", TAPPED, (tapped.tap.key,)): 3})
    browser = await staff.signed_in(await staff.account("supervisor"))
    status, page = await browser.get("/admin/menus", **ZH)
    text = plain(page)
    assert status == 200
    assert "誰看得到 有標籤「VIP」 現在看到的人數 1 時間 一直" in text
    assert "誰看得到 上面都不符合的人 現在看到的人數 0 再加上沒有指定選單的 2 人" in text
    assert "LINE 上還不一樣" in text
    assert "看 3 點的或打字的：LINE 分不出來" in text
    for address in re.findall(r'src="(/admin/menus/picture[^"]+)"', page.replace("&amp;", "&")):
        async with browser.http.get(f"{browser.url.origin()}{address}") as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")


async def seen(browser: Staff) -> str:
    """The plan that was looked at."""
    found = re.search(r'name="seen" value="(\w+)"', (await browser.get("/admin/menus/plan"))[1])
    assert found is not None
    return found[1]


async def test_a_sync_says_first_what_it_would_do_and_is_done_once(world: MenuWorld) -> None:
    staff = world.staff
    browser = await staff.signed_in(await staff.account("admin"))
    _, page = await browser.get("/admin/menus/plan", **ZH)
    assert "建立 VIP/選購 (cards/shop.png)" in plain(page)
    assert await world.line.menus.listed() == [], "nothing is done yet"
    looked_at = await seen(browser)
    assert (await browser.post("/admin/menus/sync", seen=looked_at))[0] == 303
    status, page = await browser.post("/admin/menus/sync", ZH, seen=looked_at)
    refused = ("這個官方帳號的選單正在同步", "和剛才看到的不同")  # it goes on, or has ended by now
    assert (status, any(why in page for why in refused)) == (409, True)

    await eventually(lambda: staff.stores.menu_syncs.of("main"), lambda run: run and run.state == "done")
    assert len(await world.line.menus.listed()) == 3
    _, page = await browser.get("/admin/menus", **ZH)
    assert "LINE 上和劇本一樣" in page
    assert "/admin/menus/at-line" not in page, "one picture is enough where both are the same"
    _, page = await browser.get("/admin/menus/plan", **ZH)
    assert "不用做任何事" in page
    async with browser.http.get(
        browser.url.with_path("/admin/menus/at-line").with_query(menu="訪客", tab="訪客")
    ) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
    [deed] = await staff.stores.audit.entries(["menus_synced"], 5)
    assert (deed.by, deed.after) == ("console:admin", "changed")


async def test_another_plan_than_was_looked_at_is_shown_and_not_done(world: MenuWorld) -> None:
    """LINE has something else by now, or the form names no plan."""
    staff = world.staff
    browser = await staff.signed_in(await staff.account("admin"))
    looked_at = await seen(browser)
    assert (await browser.post("/admin/menus/sync"))[0] == 409
    await world.work.order_planned("main", looked_at, "console:mei")
    await eventually(lambda: staff.stores.menu_syncs.of("main"), lambda run: run and run.state == "done")
    done = await staff.stores.menu_syncs.of("main")
    first, *_ = await world.line.menus.listed()
    await world.line.menus.delete(first.id)
    status, page = await browser.post("/admin/menus/sync", ZH, seen=looked_at)
    assert (status, "和剛才看到的不同" in page) == (409, True)
    assert looked_at not in page
    assert 'name="seen"' in page
    assert await staff.stores.menu_syncs.of("main") == done


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_one_that_another_process_has_begun_holds_until_it_is_lost(world: MenuWorld) -> None:
    staff, now = world.staff, world.work.now()
    browser = await staff.signed_in(await staff.account("admin"))
    assert await staff.stores.menu_syncs.begin(MenuSyncRun("main", "console:mei", now, now, 2, 8))
    _, page = await browser.get("/admin/menus", **ZH)
    assert "約 8 個步驟，做了 2 個" in page
    assert 'aria-busy="true"' in page
    assert (await browser.post("/admin/menus/sync"))[0] == 409
    long_ago = now - 2 * LOST_AFTER
    lost = MenuSyncRun("main", "console:mei", now, long_ago, 2, 8)
    assert await staff.stores.menu_syncs.note(lost)
    _, page = await browser.get("/admin/menus", **ZH)
    assert "的同步中斷了" in page
    assert (await browser.post("/admin/menus/sync", seen=await seen(browser)))[0] == 303
    assert not await staff.stores.menu_syncs.note(lost), "who comes back finds that another one has begun"


async def test_line_that_cannot_be_asked_is_said(world: MenuWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("admin"))
    world.address[:] = ["http://127.0.0.1:9"]
    assert (await browser.get("/admin/menus"))[0] == 200
    status, page = await browser.get("/admin/menus/plan", **ZH)
    assert (status, 'class="refused"' in page) == (409, True)
    assert (await browser.post("/admin/menus/sync"))[0] == 409
    assert await world.staff.stores.menu_syncs.of("main") is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_paused_menu_is_as_if_it_were_not_there_and_comes_back(world: MenuWorld) -> None:
    staff = world.staff
    browser = await staff.signed_in(await staff.account("supervisor"))
    assert (await browser.post("/admin/menus/pause", menu="VIP"))[0] == 409, "no reason"
    assert (await browser.post("/admin/menus/pause", menu="沒有", why="x"))[0] == 409
    assert (await browser.post("/admin/menus/pause", ZH, menu="VIP", why="圖放錯了"))[0] == 303
    _, page = await browser.get("/admin/menus", **ZH)
    text = plain(page)
    assert "暫停中" in text
    assert "圖放錯了" in text
    assert "VIP 已暫停" in text
    assert [menu.name for menu in world.in_force().menus_on("main")] == ["訪客"]
    assert (await browser.post("/admin/menus/resume", menu="VIP"))[0] == 303
    assert [menu.name for menu in world.in_force().menus_on("main")] == ["VIP", "訪客"]
    assert (await browser.post("/admin/menus/resume", menu="VIP"))[0] == 409
    entries = await staff.stores.audit.entries(["menu_paused", "menu_resumed"], 5)
    assert [(one.kind, one.about) for one in entries] == [("menu_resumed", "VIP"), ("menu_paused", "VIP")]


async def test_two_who_sync_at_the_same_moment_begin_one(world: MenuWorld) -> None:
    staff, now = world.staff, NOW
    begun = await asyncio.gather(
        *(staff.stores.menu_syncs.begin(MenuSyncRun("main", f"console:{n}", now, now)) for n in range(8))
    )
    assert begun.count(True) == 1


async def test_in_a_browser_the_taps_stand_on_the_picture_and_all_fits(
    world: MenuWorld, browser: Browser
) -> None:
    staff = world.staff
    tapped = world.in_force().menus[0].tabs["選購"].areas[1]
    await counted(staff.stores, {Mark("main", "", TAPPED, (tapped.tap.key,)): 7})
    signed = await staff.signed_in(await staff.account("admin"))
    page = await seen_by(signed, browser)
    await page.goto("/admin/menus/plan")
    await expect(page.get_by_role("button", name="現在同步")).to_be_visible()
    taps = page.locator(".menu-taps", has_text="7")
    await expect(taps).to_be_visible()
    face, place = await box_of(page.locator("[data-face]").first), await box_of(taps)
    assert face is not None
    assert place is not None
    assert face["x"] + face["width"] / 2 < place["x"], "in the right half, where that area is"
    await fits(page)
