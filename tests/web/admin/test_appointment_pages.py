"""N5: who comes on a day, in the console; what has been closed since is marked, and stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.compiled.appointment import BookableService
from bot.model.admin import AdminRole
from bot.model.appointment import AppointmentRequest
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.appointments import HAIRCUT, TAIPEI, at_ten, open_daily
from tests.conftest import NOW, ManualClock
from tests.web.admin.store_world import StoreWorld, store_world

ZH = {"Accept-Language": "zh-TW"}
TEN = at_ten(NOW)
DAY = f"/admin/appointments?day={TEN.date()}"


@pytest.fixture
async def world(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[StoreWorld]:
    made = await store_world(database, seal, clock)
    offers(made, HAIRCUT)
    await made.staff.stores.appointments.book(
        HAIRCUT, AppointmentRequest("book", "main:U1", NOW, TEN), TAIPEI
    )
    yield made
    await made.staff.stop()


def offers(world: StoreWorld, service: BookableService) -> None:
    world.playbook = replace(world.playbook, appointments={service.name: service})


async def shown(world: StoreWorld, *addresses: str) -> list[str]:
    """The pages, as a supervisor sees them."""
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    answers = [await browser.get(address, **ZH) for address in addresses]
    assert {status for status, _ in answers} == {200}
    return [page for _, page in answers]


async def test_a_day_says_who_comes_when_and_to_whom(world: StoreWorld) -> None:
    [page] = await shown(world, DAY)
    assert "剪髮預約" in page
    assert "10:00–11:00" in page
    assert "剪髮 1" in page
    assert "person-1" in page
    assert "main:U1" not in page, "addresses name nobody"
    assert "這個時段現在不開放" not in page


async def test_another_day_is_empty_and_today_is_where_none_is_asked_for(world: StoreWorld) -> None:
    asked = ("", "?day=2026-02-30", "?day=x", f"?day={TEN.date() + timedelta(days=1)}")
    *pages, later = await shown(world, *(f"/admin/appointments{one}" for one in asked))
    for page in pages:
        assert f'value="{NOW.date()}"' in page
        assert "這一天沒有人預約" in page
        assert f"day={TEN.date()}" in page, "the day after"
    assert "10:00" not in later


async def test_a_holiday_that_was_set_later_is_marked(world: StoreWorld) -> None:
    offers(world, replace(HAIRCUT, hours=open_daily(("10:00", "19:00"), closed=(f"{TEN.date()}",))))
    [page] = await shown(world, DAY)
    assert "10:00–11:00" in page
    assert "這個時段現在不開放" in page


@pytest.mark.parametrize("role", ["agent", "head_office"])
async def test_others_do_not_see_it(world: StoreWorld, role: AdminRole) -> None:
    browser = await world.staff.signed_in(await world.staff.account(role))
    status, _ = await browser.get(DAY, **ZH)
    assert status in (403, 404)


async def test_an_empty_playbook_says_so(world: StoreWorld) -> None:
    world.playbook = replace(world.playbook, appointments={})
    [page] = await shown(world, "/admin/appointments")
    assert "劇本裡還沒有預約項目" in page
