"""N5: who comes on a day, in the console; what has been closed since is marked, and stays."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.model import AppointmentRequest, PlaceWish
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from tests.conftest import NOW
from tests.promotions.appointments.examples import HAIRCUT, TAIPEI, at_ten, open_daily
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH
from tests.web.admin.store_world import StoreWorld, store_world

TEN = at_ten(NOW)
DAY = f"/admin/appointments?day={TEN.date()}"


@pytest.fixture
async def world(worlds: StaffWorlds) -> StoreWorld:
    made = await store_world(worlds)
    offers(made, HAIRCUT)
    await made.staff.stores.of(Appointments).book(
        HAIRCUT, AppointmentRequest("book", "main:U1", NOW, TEN), TAIPEI
    )
    return made


def offers(world: StoreWorld, service: BookableService) -> None:
    world.playbook = replace(
        world.playbook, promotions={**world.playbook.promotions, "appointments": {service.name: service}}
    )


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


@pytest.mark.ring("all", "a console and a bot of its own")
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


async def test_an_empty_playbook_says_so(world: StoreWorld) -> None:
    world.playbook = replace(world.playbook, promotions={**world.playbook.promotions, "appointments": {}})
    [page] = await shown(world, "/admin/appointments")
    assert "劇本裡還沒有預約項目" in page


async def test_agents_see_the_day_and_no_address_that_shows_it_to_others(world: StoreWorld) -> None:
    agent = await world.staff.signed_in(await world.staff.account("agent"))
    status, page = await agent.get(DAY, **ZH)
    assert (status, "person-1" in page, "放進行事曆" in page) == (200, True, False)
    assert (await agent.post("/admin/appointments/calendar", act="make", number="0", service=""))[0] == 403


@pytest.mark.ring("all", "starts a process")
async def test_the_address_of_a_calendar_is_made_replaced_and_ended(world: StoreWorld) -> None:
    browser = await world.staff.signed_in(await world.staff.account("supervisor"))
    found = []
    for act, number in (("make", 0), ("make", 1), ("end", 2)):
        form = {"act": act, "number": f"{number}", "service": ""}
        status, _ = await browser.post("/admin/appointments/calendar", ZH, **form)
        assert status == 303
        _, page = await browser.get("/admin/appointments", **ZH)
        found.append(re.findall(r'value="([^"]*/calendar/[^"]+)"', page))
    assert [len(one) for one in found] == [1, 1, 0]
    assert found[0] != found[1]
    entries = await world.staff.stores.audit.entries(("calendar_made", "calendar_ended"), 9)
    assert [one.kind for one in entries] == [*("calendar_ended", "calendar_made", "calendar_made")]


async def test_who_waits_stands_below_the_day(world: StoreWorld) -> None:
    wish = PlaceWish("w1", HAIRCUT.name, HAIRCUT.title, f"{TEN.date()}", NOW, "剪髮 2")
    await world.staff.stores.of(PlaceWishes).join(wish, "main:U1", "main", NOW + timedelta(days=2))
    first, second = await shown(world, DAY, f"/admin/appointments?day={TEN.date() + timedelta(days=1)}")
    assert "候補" in first
    assert "只要剪髮 2" in first
    assert "候補" not in second
