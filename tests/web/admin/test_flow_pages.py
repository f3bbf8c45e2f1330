"""H6, H7: journeys and flows in the console: how each stands, who is in it, its picture and its numbers."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from bot.model.admin import TEAM, AdminRole
from bot.model.audit import AuditEntryKind
from bot.operations import flow_view
from bot.operations.brake import StopScope, stop_pushes
from tests.eventually import eventually
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.flow_world import BOOK, VIP_COUNTS, counted, flow_world, in_step, way
from tests.web.admin.staff_world import ZH, StaffWorld


@pytest.fixture
async def world(worlds: StaffWorlds) -> StaffWorld:
    staff = await flow_world(worlds)
    people = [in_step("U1", "vip", "hello"), in_step("U2", "vip", "again"), in_step("U3", "vip", "again")]
    await store(worlds.database, worlds.seal, *people)
    await counted(staff.stores, {**VIP_COUNTS, way("hello", "again"): 3, way("again", "done"): 2})
    return staff


def plain(page: str) -> str:
    """What of a page is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")]))


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", sorted(TEAM))
async def test_the_list_says_what_begins_each_and_who_is_in_it(world: StaffWorld, role: AdminRole) -> None:
    browser = await world.signed_in(await world.account(role))
    status, page = await browser.get("/admin/flows", **ZH)
    text = plain(page)
    assert status == 200
    assert 'href="/admin/flows/vip"' in page
    assert "VIP 旅程" in text
    assert "現在在裡面 3 進入 5 走完 2 中途離開 1 已送出 4 失敗 1" in text
    assert "每人只有一次" in text
    assert "由規則、按鈕或別的流程開始" in text
    assert "目標" in text


async def test_a_flow_has_a_picture_and_the_same_numbers_in_a_table(world: StaffWorld) -> None:
    browser = await world.signed_in(await world.account("supervisor"))
    status, page = await browser.get("/admin/flows/vip", **ZH)
    text = plain(page)
    assert status == 200
    assert "<svg" in page
    assert "<style" not in page[page.index("<main") :]
    assert "3 · 100%" in page, "the share of an arrow"
    assert "已送出 4 其中 4 則付費，最多 NT$0.8" in text
    assert "第二則" in text
    assert "2 人在 第二則" in page
    opened = re.findall(r'href="(/admin/contacts\?find=[^"]+)"', page)
    assert len(opened) == 4, "each step on the picture and in the table"
    assert not any("vip" in address or "hello" in address for address in opened), "they are sealed"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_whoever_moves_while_it_is_looked_at_is_counted_anew(
    worlds: StaffWorlds, world: StaffWorld
) -> None:
    browser = await world.signed_in(await world.account("admin"))

    async def page() -> str:
        return (await browser.get("/admin/flows/vip", **ZH))[1]

    assert "1 人在 第一則" in await page()
    await store(worlds.database, worlds.seal, in_step("U9", "vip", "hello"))
    await eventually(page, lambda shown: "2 人在 第一則" in shown)  # a count that took long holds for a while


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_flow_whose_layout_would_take_minutes_has_the_table_alone(
    world: StaffWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_view, "DRAWN_MOST", 0)
    browser = await world.signed_in(await world.account("supervisor"))
    page = (await browser.get("/admin/flows/vip", **ZH))[1]
    assert "畫不成圖" in plain(page)
    assert 'class="flow-view"' not in page
    assert "第二則" in plain(page)
    assert (await browser.get("/admin/flows/gone"))[0] == 404


async def test_numbers_are_of_the_days_that_are_chosen(world: StaffWorld) -> None:
    browser = await world.signed_in(await world.account("agent"))
    for days, chosen in (("7", "7"), ("", "30"), ("x", "30"), ("999999", "30")):
        _, page = await browser.get(f"/admin/flows/vip?days={days}")
        assert f'days={chosen}" aria-current="page"' in page


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("act", "back", "shown"),
    [
        ("closed", "open", "不收新的人"),
        ("paused", "go_on", "暫停中"),
        ("stopped", "resumed", "已停止推播"),
    ],
)
async def test_staff_say_why_they_stop_it_and_take_that_back(
    world: StaffWorld, act: str, back: str, shown: str
) -> None:
    browser = await world.signed_in(await world.account("supervisor"))
    before = await world.stores.brakes.read()
    assert (await browser.post("/admin/flows/vip/do", act=act))[0] == 409, "no reason"
    assert await world.stores.brakes.read() == before
    _, page = await browser.get("/admin/flows/vip", **ZH)
    assert "3 人" in page[page.index('id="deeds"') : page.index('id="picture"')], "whom it concerns"
    done = await browser.post("/admin/flows/vip/do", act=act, why="  文案寫錯\u202e了 ")
    assert done == (303, "/admin/flows/vip")
    _, page = await browser.get("/admin/flows/vip", **ZH)
    text = plain(page)
    assert shown in text
    assert "文案寫錯了" in text
    assert "supervisor" in text
    assert '<button class="link">復原' in page
    _, listed = await browser.get("/admin/flows", **ZH)
    assert "文案寫錯了" in listed
    assert (await browser.post("/admin/flows/vip/do", act=act, why="又一次", headers=ZH))[0] == 303
    _, page = await browser.get("/admin/flows/vip", **ZH)
    assert "別人已經做過了" in page
    assert "文案寫錯了" in page
    assert (await browser.post("/admin/flows/vip/do", act=back))[0] == 303
    assert await world.stores.brakes.read() == before
    _, page = await browser.get("/admin/flows/vip", **ZH)
    assert f'name="act" value="{act}"' in page, "it can be taken back, too"
    assert (await browser.post("/admin/flows/vip/do", act=back))[0] == 409
    entries = await world.stores.audit.entries(get_args(AuditEntryKind), 10)
    assert [one.by for one in entries] == ["console:supervisor"] * 2
    assert entries[-1].after == "文案寫錯了"
    assert entries[-1].about in ("vip", "flow vip")


async def test_what_was_stopped_without_a_reason_goes_on_for_good(world: StaffWorld) -> None:
    """By command: *Undo* would be refused, for the page asks for a reason."""
    browser = await world.signed_in(await world.account("supervisor"))
    stores, now = world.stores, world.clock.now()
    await stop_pushes(stores, StopScope(None, "vip"), "command:root", ["main"], BOOK, now)
    assert (await browser.post("/admin/flows/vip/do", ZH, act="resumed"))[0] == 303
    assert not (await stores.brakes.read()).restrictions
    _, page = await browser.get("/admin/flows/vip", **ZH)
    assert "已恢復推播" in page
    assert '<button class="link">復原' not in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_agent_sees_it_and_changes_nothing(world: StaffWorld) -> None:
    browser = await world.signed_in(await world.account("agent"))
    _, page = await browser.get("/admin/flows/vip")
    assert "/admin/flows/vip/do" not in page
    assert (await browser.post("/admin/flows/vip/do", act="paused", why="x"))[0] == 403
    assert not (await world.stores.brakes.read()).restrictions


async def test_deeds_that_there_are_not_do_nothing(world: StaffWorld) -> None:
    browser = await world.signed_in(await world.account("admin"))
    assert (await browser.post("/admin/flows/vip/do", act="erase", why="x"))[0] == 400
    assert (await browser.post("/admin/flows/vip/do", act="paused", why="x" * 201))[0] == 409
    assert (await browser.post("/admin/flows/gone/do", act="paused", why="x"))[0] == 404
