"""N5: a clerk sees who comes to the store today, and says who came, at the till."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.promotions.appointments.engine.declared import StaffMember
from bot.promotions.appointments.model import AppointmentRequest
from bot.promotions.appointments.store.appointments import Appointments
from tests.conftest import NOW, ManualClock
from tests.promotions.appointments.examples import TAIPEI, at_ten, service
from tests.promotions.coupons.test_till import Till
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH
from tests.web.admin.store_world import store_world

PAGE = "/admin/till/appointments"
TEN = at_ten(NOW)
PLACES = {"小芳": StaffMember(store="xinyi"), "阿明": StaffMember(store="banqiao"), "阿美": StaffMember()}
CUT = service(places=tuple(PLACES), members=PLACES)


@pytest.fixture
async def till(bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None) -> Till:
    world = await store_world(worlds)
    world.playbook = replace(
        world.playbook, promotions={**world.playbook.promotions, "appointments": {CUT.name: CUT}}
    )
    for number, place in enumerate(PLACES):
        asked = AppointmentRequest(place, f"main:U{number + 1}", NOW, TEN, wanted=place)
        assert (await world.staff.stores.of(Appointments).book(CUT, asked, TAIPEI)).result == "booked"
    bot = await bots(world.playbook)
    clock.advance((TEN - clock.now()).total_seconds() + 600)
    return Till(world, bot)


def first_form(page: str) -> dict[str, str]:
    form = page[page.index(f'action="{PAGE}"') :].partition("</form>")[0]
    return dict(re.findall(r'name="(person|press)" value="([^"]+)"', form))


async def test_a_clerk_sees_the_own_store_and_says_once_who_came(till: Till) -> None:
    clerk = await till.world.signed_in("A01")
    status, page = await clerk.get(PAGE, **ZH)
    assert status == 200
    assert "小芳" in page
    assert "阿美" in page, "of whom nobody says a store"
    assert "阿明" not in page
    assert "person-1" not in page
    assert "main:U1" not in page
    form = first_form(page)
    for _ in range(2):
        status, to = await till.bot.meanwhile(clerk.post(PAGE, ZH, act="came", **form))
        assert (status, to) == (303, PAGE)
    stores = till.world.staff.stores
    marks = [
        one.mark for one in await stores.of(Appointments).between(CUT.name, TEN, TEN + timedelta(hours=1))
    ]
    assert sorted(marks) == ["", "", "came"]
    lines = [one for one in await stores.audit.of("main:U1") if one.what == "appointment_came"]
    assert len(lines) == 1


@pytest.mark.ring("all", "several processes of a bot")
async def test_nothing_else_is_done_there(till: Till) -> None:
    clerk = await till.world.signed_in("A01")
    page = (await clerk.get(PAGE, **ZH))[1]
    form = first_form(page)
    assert (await clerk.post(PAGE, ZH, act="came", person="x", press="p"))[0] == 303
    assert (await clerk.post(PAGE, ZH, act="cancel", **form))[0] == 303
    other = await till.world.signed_in("B01")
    assert (await other.post(PAGE, ZH, act="came", **form))[0] == 303, "what is sealed is for one account"
    stores = till.world.staff.stores
    day = await stores.of(Appointments).between(CUT.name, TEN, TEN + timedelta(hours=1))
    assert {one.mark for one in day} == {""}
