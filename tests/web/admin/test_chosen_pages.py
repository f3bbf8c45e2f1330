"""J2, J3: customers ticked one by one, on several pages, with and without a script."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.model.bulk_run import CHOSEN_MOST
from tests.eventually import box_of
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.screens import DESK, PHONE, fits, seen_by
from tests.web.admin.staff_world import ZH, Staff, field_of

CONTACTS = "/admin/contacts"
CHOSEN = f"{CONTACTS}/chosen"
PEOPLE = 62


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    hostile = '"><b>\u202e' + "W" * 300
    await world.add(*(person(n, hostile if n == 100 else f"客人{n}", line=False) for n in everybody()))
    return world


def everybody() -> range:
    return range(100, 100 + PEOPLE)


def part(world: ContactWorld, number: int, account: str = "admin") -> str:
    return world.parts.sealed(account, "contact", f"M:{number}")


async def done(world: ContactWorld, run: str) -> set[str]:
    """Who has got the tag, once the run of this address is over."""
    work = world.bulk
    claimed = await work.stores.bulk_runs.claim(work.holder, work.clock.now(), run.rpartition("/")[2])
    assert claimed is not None
    await work.carry_on(claimed)
    found = world.database.collection("contacts").find({"tags.n": "咖啡"})
    return {one["_id"] async for one in found}


def buttons(page: str) -> list[str]:
    """What pages of the list there are without a script."""
    return re.findall(r'name="go" value="([^"]*)"', page)


async def test_exactly_those_who_are_ticked_on_two_pages_without_a_script(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    _, shown = await admin.get(CONTACTS, **ZH)
    ticks = dict.fromkeys((f"tick-{part(world, n)}" for n in (101, 103)), "1")
    status, further = await admin.post(CHOSEN, ZH, go=buttons(shown)[-1], **ticks)
    assert (status, "已選 2 位" in further) == (200, True)
    assert "客人150" in further
    assert "客人101" not in further
    [place] = re.findall(rf'action="({CHOSEN}[^"]*)"', further)
    ticks = {f"tick-{part(world, 160)}": "1"}
    status, back = await admin.post(place, ZH, go="first", chosen=field_of(further, "chosen"), **ticks)
    assert (status, len(re.findall(r'data-tick="[^"]*"[^>]* checked', back))) == (200, 2)
    ticks = {f"tick-{part(world, 101)}": "1"}  # 103 no more
    chosen = field_of(back, "chosen")
    status, offer = await admin.post(CHOSEN, ZH, act="tag", chosen=chosen, **ticks)
    assert status == 200
    assert re.search(r"共\s*2\s*位", offer)
    order = {"order": "1", "chosen": field_of(offer, "chosen")}
    status, run = await admin.post(CHOSEN, ZH, act="tag", tag="咖啡", **order)
    assert status == 303
    assert await done(world, run) == {"M:101", "M:160"}
    _, shown = await admin.get(run, **ZH)
    assert "完成" in shown
    [over] = await world.staff.stores.bulk_runs.last(1)
    assert over.sought is None, "who was meant is forgotten"


async def test_all_of_a_page_without_a_script(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    _, shown = await admin.post(CHOSEN, ZH, go="all")
    assert len(re.findall(r'data-tick="[^"]*"[^>]* checked', shown)) == 50


async def test_who_is_erased_or_merged_meanwhile(world: ContactWorld) -> None:
    admin, contacts = await world.signed_in("admin"), world.database.collection("contacts")
    ticks = dict.fromkeys((f"tick-{part(world, n)}" for n in (101, 102, 103, 104)), "1")
    _, offer = await admin.post(CHOSEN, ZH, act="tag", **ticks)
    await contacts.delete_one({"_id": "M:101"})
    await contacts.update_one({"_id": "M:102"}, {"$set": {"to": "M:104"}})
    await contacts.update_one({"_id": "M:103"}, {"$set": {"to": "M:150"}})
    order = {"order": "1", "chosen": field_of(offer, "chosen")}
    _, run = await admin.post(CHOSEN, ZH, act="tag", tag="咖啡", **order)
    assert await done(world, run) == {"M:104", "M:150"}
    _, shown = await admin.get(run, **ZH)
    assert "選取之後已刪除" in shown
    [over] = await world.staff.stores.bulk_runs.last(1)
    assert (over.state, over.figures.done, over.figures.gone) == ("done", 2, 2)


async def test_nobody_and_too_many_and_somebody_else_s(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    status, shown = await admin.post(CHOSEN, ZH, act="tag")
    assert (status, "還沒有選任何人" in shown) == (422, True)
    parts = " ".join(part(world, n) for n in range(100, 100 + CHOSEN_MOST + 1))
    status, shown = await admin.post(CHOSEN, ZH, act="tag", parts=parts)
    assert (status, "1,001" in shown) == (422, True)
    most = parts.rpartition(" ")[0]
    status, shown = await admin.post(CHOSEN, ZH, act="tag", parts=most)
    assert status == 200
    order = {"order": "1", "chosen": field_of(shown, "chosen")}
    assert (await admin.post(CHOSEN, ZH, act="export", **{"as": "csv"}, **order))[0] == 303
    foreign = {"parts": part(world, 101, "mei")}
    chosen = world.parts.sealed("mei", "contacts chosen", "M:101")
    for fields in (foreign, {"parts": "x"}, {"order": "1", "chosen": "x"}, {"order": "1", "chosen": chosen}):
        assert (await admin.post(CHOSEN, ZH, act="tag", tag="咖啡", **fields))[0] == 409
    for chosen in ("", world.parts.sealed("admin", "contacts chosen")):
        fields = {"order": "1", "chosen": chosen, "tag": "咖啡"}
        assert (await admin.post(CHOSEN, ZH, act="tag", **fields))[0] == 409, "nobody is not everybody"
    assert await admin.get(f"{CHOSEN}?tag=VIP") == (303, f"{CONTACTS}?tag=VIP")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_agents_have_no_boxes(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    _, shown = await agent.get(CONTACTS, **ZH)
    assert "data-tick" not in shown
    assert (await agent.post(CHOSEN, ZH, act="tag", parts=part(world, 101, "agent")))[0] == 403


# -- in Chromium


async def opened(browser: Browser, staff: Staff, size: ViewportSize) -> Page:
    page = await seen_by(staff, browser, size)
    await page.goto(CONTACTS)
    return page


async def test_by_mouse_and_keys_over_pages(world: ContactWorld, browser: Browser) -> None:
    """On a phone."""
    staff = await world.signed_in("admin")
    page = await opened(browser, staff, PHONE)
    bar, boxes = page.locator(".ticked-bar"), page.locator("[data-tick]")
    await expect(bar).to_be_hidden()
    target = await box_of(page.locator(".tick-box").nth(1))
    assert target is not None
    assert min(target["width"], target["height"]) >= 44
    await page.locator(".contacts .tick-box").nth(1).click()
    await page.locator(".contacts .tick-box").nth(4).click(modifiers=["Shift"])
    await expect(bar).to_contain_text("已選 4 位")
    await boxes.nth(6).focus()
    await page.keyboard.press("Space")
    await expect(bar).to_contain_text("已選 5 位")
    await page.keyboard.press("Space")
    await boxes.nth(2).focus()
    await page.keyboard.press("Space")
    await expect(bar).to_contain_text("已選 3 位")
    await fits(page)
    await page.reload()
    await expect(bar).to_contain_text("已選 3 位")
    await expect(page.locator("[data-tick]:checked")).to_have_count(3)
    await page.get_by_role("link", name="下一頁").click()
    await expect(boxes).to_have_count(PEOPLE - 50)
    await expect(bar).to_contain_text("已選 3 位")
    await page.get_by_label("這一頁全部").check()
    await expect(bar).to_contain_text(f"已選 {3 + PEOPLE - 50} 位")
    await page.get_by_label("這一頁全部").uncheck()
    await boxes.nth(0).check()
    assert "客人" not in page.url
    assert "M:1" not in await page.evaluate("JSON.stringify(sessionStorage)")
    await bar.get_by_role("button", name="貼標籤").click()
    await expect(page.get_by_text("共 4 位")).to_be_visible()
    await fits(page)
    await page.get_by_role("combobox", name="標籤").first.select_option("咖啡")
    await page.get_by_role("button", name="貼上").click()
    await page.wait_for_url("**/many/*")
    assert await done(world, page.url) == {"M:101", "M:103", "M:104", "M:150"}
    await page.goto(CONTACTS)
    await expect(page.locator("[data-tick]:checked")).to_have_count(0)


async def test_cancel_and_another_search(world: ContactWorld, browser: Browser) -> None:
    page = await opened(browser, await world.signed_in("admin"), DESK)
    bar, boxes = page.locator(".ticked-bar"), page.locator("[data-tick]")
    await boxes.nth(0).check()
    await bar.get_by_role("button", name="取消").click()
    await expect(bar).to_be_hidden()
    await expect(page.get_by_label("這一頁全部")).to_be_focused()
    await boxes.nth(1).check()
    await page.get_by_role("searchbox").fill("客人120")
    await expect(boxes).to_have_count(1)
    await expect(bar).to_be_hidden()
    await boxes.nth(0).check()
    await expect(bar).to_contain_text("已選 1 位")
    await asyncio.wait_for(page.context.close(), 30)
