"""D6, K2, K3: stores, sheets of codes and the system with hostile titles, in Chromium: all of it fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.engine.compiled.playbook import Store
from bot.model.channel import Channel
from bot.model.processes import Serving
from bot.model.settings import Settings
from bot.model.translatable import Translatable
from bot.operations.channels.rotate import EnvironmentHere
from bot.operations.doctor.examine import Surroundings
from bot.operations.system import SystemSource
from bot.runtime.menus.menu_sync import at_once
from bot.web.admin.setup_pages import SetupPages
from bot.web.admin.system_page import SystemPage
from tests.operations.test_store_people import AN
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import HOSTILE, fits, seen_by
from tests.web.admin.staff_world import PLAYBOOK, StaffWorld
from tests.web.admin.store_world import StoreWorld, store_world


@pytest_asyncio.fixture
async def shop(worlds: StaffWorlds) -> StoreWorld:
    made = await store_world(worlds)
    stores = {**made.playbook.stores, "xinyi": Store("xinyi", HOSTILE, "north")}
    made.playbook = replace(made.playbook, stores=stores, store_groups={"north": HOSTILE, "south": "南部"})
    await made.change(replace(AN, name=HOSTILE))
    return made


async def walked(browser: Browser, staff: StaffWorld, addresses: list[str]) -> None:
    page = await seen_by(await staff.signed_in(await staff.account("admin")), browser)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    for address in addresses:
        await page.goto(address)
        await expect(page.locator("h1")).to_be_visible()
        await fits(page)
        assert await page.locator("main script").count() == 0
        await expect(page.locator(".entries [aria-current]")).to_be_in_viewport()


async def test_hostile_stores_and_clerks_fit(browser: Browser, shop: StoreWorld) -> None:
    await shop.count(AN, bound=2, joined=1)
    addresses = [
        *("/admin/stores", "/admin/counts?store=xinyi", "/admin/clerks?state=suspended"),
        *("/admin/clerk?number=A01", "/admin/clerks/sheet?store=xinyi"),
    ]
    await walked(browser, shop.staff, addresses)


async def test_the_system_fits_also_where_much_is_wrong(browser: Browser, worlds: StaffWorlds) -> None:
    channel = Channel("main", "@" + "x" * 60, "1", "s", app_name=HOSTILE)
    settings = Settings({"main": channel})
    source = SystemSource(
        *(worlds.stores, worlds.seal, lambda: settings, worlds.clock.now),
        *(
            lambda name: f"https://{'bot.' * 20}example/webhook/{name}",
            "p1",
            lambda: {"main": Translatable(HOSTILE)},
        ),
        lambda: Translatable("this machine's clock is 9.0 s ahead of the database's"),
    )
    page = SystemPage(source, worlds.console(lambda: PLAYBOOK, settings, phone="/simulator/"))
    around = Surroundings(
        *(settings, None, "http://127.0.0.1:9", f"https://{'bot.' * 20}example", worlds.clock.now()),
        stores=worlds.stores,
        mistakes=3,
    )
    setup = SetupPages(lambda: around, at_once, EnvironmentHere(Path(), {}))
    staff = await worlds({**page.handlers(), **setup.handlers()})
    await staff.stores.processes.heartbeat(Serving("p1", f"{'m' * 60}:/{'f' * 120}", "a" * 64, None))
    await walked(browser, staff, ["/admin/system", "/admin/setup"])
