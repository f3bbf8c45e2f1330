"""N5: a week of appointments, for each who serves: what is booked, what is free, booked from there."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from time import perf_counter

import pytest

from bot.model.admin import AdminRole
from bot.model.audit import AuditKind
from bot.promotions.appointments.model import HELD_APPOINTMENTS
from bot.promotions.appointments.operations.week import WeekFilter, WeekLane, appointment_week
from bot.promotions.appointments.store.appointments import Appointments
from tests.conftest import NOW, ManualClock
from tests.promotions.appointments.examples import TAIPEI
from tests.promotions.appointments.salon import Salon, at, day, salon_of
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff

WEEK = "/admin/appointments/week"
TOMORROW = f"{WEEK}?day={day(1)}"
HAS_MANY = """
appointments:
  剪髮: {hours: 10:00-20:00, minutes: 30, staff: [甲, 乙, 丙, 丁]}
rules: [{when: {text: 約}, book_appointment: {appointment: 剪髮, start: 2026-09-05 15:00}}]
"""


@pytest.fixture
async def salon(bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None) -> Salon:
    return await salon_of(bots, worlds)


async def seen(salon: Salon, address: str, role: AdminRole = "agent") -> tuple[Staff, str]:
    browser = await salon.world.staff.signed_in(await salon.world.staff.account(role))
    status, page = await browser.get(address, **ZH)
    assert status == 200, page
    return browser, page


async def lanes(salon: Salon, shown: WeekFilter) -> dict[str, WeekLane]:
    """Those of tomorrow, by who serves."""
    week = await appointment_week(salon.world.staff.stores, salon.playbook, day(0), NOW, shown)
    return {one.place: one for one in week[1].lanes}


def clocks(lane: WeekLane) -> list[str]:
    return [f"{one.start.astimezone(TAIPEI):%H:%M}" for one in lane.free]


def links(page: str, says: str) -> list[str]:
    """Where what is called so leads."""
    return [unescape(to) for to in re.findall(rf'href="([^"]+)"[^>]*aria-label="{re.escape(says)}', page)]


async def test_each_who_serves_has_a_lane_with_what_is_booked_and_what_is_free(salon: Salon) -> None:
    await salon.book(1, at(1, "12:00"), "染髮", "阿明")
    await salon.book(2, at(1, "10:00"), "剪髮", "小芳")
    there = await lanes(salon, WeekFilter())
    assert [one.title for one in there["阿明"].booked] == ["染髮"]
    assert clocks(there["阿明"])[:5] == ["10:00", "10:30", "11:00", "14:00", "14:30"]
    assert there["阿明"].free[0].services == ["剪髮", "染髮"]
    assert there["阿明"].free[1].services == ["剪髮"]
    assert clocks(there["小芳"])[0] == "11:00"
    assert [*await lanes(salon, WeekFilter(place="小芳"))] == ["小芳"]
    of_dye = await lanes(salon, WeekFilter(service="染髮"))
    assert clocks(of_dye["阿明"]) == ["10:00", "14:00", "15:00", "16:00", "17:00"]


async def test_what_moves_is_in_nobodys_way_and_goes_where_its_own_service_is_offered(salon: Salon) -> None:
    id_ = await salon.book(1, at(1, "12:00"), "染髮", "阿明")
    moving = await salon.world.staff.stores.of(Appointments).one(id_)
    there = await lanes(salon, WeekFilter(moving=moving))
    assert clocks(there["阿明"]) == [f"{hour}:00" for hour in range(10, 18)]
    assert clocks(there["小芳"]) == []


async def test_the_page_names_days_and_nobody(salon: Salon) -> None:
    await salon.book(1, at(1, "12:00"), "剪髮", "小芳")
    _, page = await seen(salon, TOMORROW)
    assert [one in page for one in ("週六", "p○○", "person-1", "main:U1")] == [True, True, False, False]
    assert page.count('aria-current="date"') == 2, "today, and the day that is chosen"
    assert f"{WEEK}?day={day(8)}" in page
    assert f"{WEEK}?day={day(-6)}" in page
    _, later = await seen(salon, f"{WEEK}?day={day(8)}&place=%E5%B0%8F%E8%8A%B3", "supervisor")
    assert "本週" in later
    assert f"day={day(0)}&amp;place=" in later
    assert "阿明 ·" not in later


async def test_a_free_time_is_booked_for_a_customer_who_is_looked_for(salon: Salon) -> None:
    browser, page = await seen(salon, TOMORROW)
    [to] = links(page, "10:00 · 阿明 · 週六 11/21")
    _, book = await browser.get(to, **ZH)
    assert ["2026-11-21 10:00" in book, "剪髮" in book, "染髮" in book] == [True, True, True]
    [dye] = [unescape(one) for one in re.findall(r'<a class="tab" href="([^"]+)"><bdi>染髮', book)]
    status, people = await browser.post(dye, ZH, who="person-3", part="1")
    assert (status, "<html" in people) == (200, False)
    [to] = [unescape(one) for one in re.findall(r'href="([^"]+)" aria-label="幫person-3預約"', people)]
    assert "person" not in to.replace("?person=", "")
    _, sure = await browser.get(to, **ZH)
    assert "要這樣預約嗎？" in sure
    assert await salon.presses(browser, sure) == (303, TOMORROW)
    [held] = HELD_APPOINTMENTS.of((await salon.bot.stored("U3")).contact)
    assert (held.service, held.place, held.start) == ("染髮", "阿明", at(1, "10:00"))
    assert "約好了" in (await browser.get(TOMORROW, **ZH))[1]
    kinds: tuple[AuditKind, ...] = ("people_searched",)
    assert len(await salon.world.staff.stores.audit.entries(kinds, 9)) == 1, "as a look"


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_time_that_was_taken_meanwhile_is_told_in_the_week_where_it_is(salon: Salon) -> None:
    browser, page = await seen(salon, TOMORROW)
    [to] = links(page, "10:00 · 小芳 · 週六 11/21")
    _, people = await browser.post(to, ZH, who="person-3", part="1")
    [to] = [unescape(one) for one in re.findall(r'href="([^"]+)" aria-label="幫person-3預約"', people)]
    _, sure = await browser.get(to, **ZH)
    await salon.book(1, at(1, "10:00"), "剪髮", "小芳")
    status, told = await salon.presses(browser, sure)
    assert (status, told.count("這個時間剛剛被約走了")) == (409, 2), "on top, and at the time"
    assert 'class="week-refused h10 m0' in told
    assert links(told, "10:30 · 阿明"), "another one can be pressed"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_where_nothing_can_begin_then_it_is_told(salon: Salon) -> None:
    browser, _ = await seen(salon, TOMORROW)
    for start in (at(1, "09:00"), at(-1, "10:00")):
        address = f"/admin/appointments/book?start={start:%Y-%m-%dT%H:%M:%S}Z&place=x"
        status, page = await browser.get(address, **ZH)
        assert (status, "這個時間已經沒有空了" in page) == (409, True)
    assert (await browser.get("/admin/appointments/book?start=x", **ZH))[0] == 404


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", ["head_office", "store_manager", "clerk"])
async def test_people_of_stores_have_no_week(salon: Salon, role: AdminRole) -> None:
    number = {"head_office": "H01", "store_manager": "A02", "clerk": "A01"}[role]
    browser = await salon.world.signed_in(number)
    for path in (WEEK, "/admin/appointments/book", "/admin/appointments/change"):
        assert (await browser.get(path, **ZH))[0] == 403


@pytest.mark.ring("all", "hundreds of appointments")
async def test_five_hundred_in_a_week_are_there_at_once(
    bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None
) -> None:
    salon = await salon_of(bots, worlds, HAS_MANY)
    for number in range(504):
        days, slot = divmod(number, 72)
        start = at(days + 3, "10:00") + timedelta(minutes=30 * (slot // 4))
        await salon.book(number % 5 + 1, start, "剪髮", "甲乙丙丁"[slot % 4])
    browser, page = await seen(salon, f"{WEEK}?day={day(3)}")
    assert page.count("week-booked") == 504
    took = []
    for _ in range(5):
        began = perf_counter()
        assert (await browser.get(f"{WEEK}?day={day(3)}", **ZH))[0] == 200
        took.append(perf_counter() - began)
    assert min(took) < 0.3
