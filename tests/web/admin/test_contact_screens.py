"""J1: a customer with too much of everything, and one with nothing, in Chromium: all fits, and has a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.model.contact import AttributeValue, Contact
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from tests.conftest import NOW
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.screens import fits, seen_by

HOSTILE = "<img src=x onerror=\"document.title='no'\">" + "W" * 1_000
MUCH = replace(
    person(1, HOSTILE, *(f"tag {number} {'x' * 40}" for number in range(60)), phone="+886912345678"),
    attributes={f"t.a{number}": AttributeValue("很" * 1_000, NOW) for number in range(8)},
    email=f"{'a' * 200}@forest.example",
    member_no="9" * 100,
)
NOTHING = Contact("M:2")
WORDY = f"<b>{'很' * 300}</b>\u202e{'W' * 900}"
HAPPENED = [
    TimelineRow(
        f"main:e{number}",
        MUCH.id,
        part_of(MUCH.id),
        NOW - timedelta(hours=number),
        ("text", "timer: expiry", f"broadcast: {WORDY}", "note")[number % 4],
        tuple(
            f'["tags_added",["{WORDY[4:]}{step}"],"x"]' for step in range(70 if number == 1 else number % 5)
        ),
        text=WORDY if number % 4 == 3 else None,
    )
    for number in range(70)
]
MANY = "/admin/contacts/many"
EMOJI = person(3, "😀" * 40)


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(MUCH, NOTHING, EMOJI)
    await world.staff.stores.journal.timeline(HAPPENED)
    return world


async def test_it_all_fits(world: ContactWorld, browser: Browser) -> None:
    staff = await world.signed_in("admin")
    page = await seen_by(staff, browser)
    await page.goto("/admin/contacts")
    await expect(page.locator(".contact")).to_have_count(3)
    await fits(page)
    views = ("", "?show=conversation", "?show=log", "/erase")
    for one, shows in ((MUCH, ("?steps=1", *views)), (NOTHING, views), (EMOJI, views[:1])):
        for show in shows:
            await page.goto(f"{world.address('admin', one.id)}{show}")
            await fits(page)
    runs = [
        (await staff.post(f"{MANY}?tag=VIP", act=kind, tag="VIP", people="9"))[1]
        for kind in ("tag", "export")
    ]
    assert len(await world.staff.stores.bulk_runs.last(9)) == 2
    for address in (f"{MANY}?tag={'x' * 200}", f"{MANY}?on=%3Cb%3E", *runs):
        await page.goto(address)
        await fits(page)


async def test_the_list_is_searched_as_one_types(world: ContactWorld, browser: Browser) -> None:
    staff = await world.signed_in("admin")
    page = await seen_by(staff, browser)
    await page.goto("/admin/contacts")
    await page.get_by_role("searchbox").fill("0912 345 678")
    await expect(page.locator(".contact")).to_have_count(1)
    await expect(page).to_have_url(f"{staff.url}admin/contacts")
    await page.get_by_role("searchbox").fill("沒有這個人")
    await expect(page.get_by_text("找不到符合的客人")).to_be_visible()
