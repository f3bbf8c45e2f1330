"""N5: the team books, moves and cancels for a customer, says who came: shown before, once for a press."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.admin import AdminRole
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.model import HELD_APPOINTMENTS
from bot.promotions.appointments.services.booking import AppointmentService
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.runtime.effects.effect_runner import EffectRouter
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled
from tests.promotions.appointments.examples import HAIRCUT, at_ten
from tests.promotions.coupons.test_till import Till
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff
from tests.web.admin.store_world import store_world

TEN = at_ten(NOW)
RULES = compiled("""
appointments: {剪髮: {hours: 10:00-19:00, minutes: 60}}
rules:
  - {when: {text: 約}, book_appointment: {appointment: 剪髮, start: 2026-09-05 15:00}}
  - {when: {appointment: any, result: [booked, moved]}, push: "{{ event.start as time }}"}
  - {when: {appointment: any, result: cancelled}, push: "取消：{{ event.reason or 無 }}"}
  - {when: {appointment: any, result: [came, missed]}, push: 謝謝}
  - {when: {appointment: any}, push: 沒辦法}
""")
CHANGE = "/admin/appointments/change"


class Salon(Till):
    """The pages, and a process that takes turns and gives places."""

    async def page(self, browser: Staff, address: str) -> str:
        status, page = await browser.get(address, **ZH)
        assert status == 200, page
        return page

    async def presses(self, browser: Staff, page: str, **fields: str) -> tuple[int, str]:
        """The form of a page, and where it leads."""
        names = "person|act|press|service|place|start"
        asked = '<form method="post" class="card form">'  # sent where it was asked
        own = asked if asked in page else 'method="post" action="/admin/appointments/change"'
        form = page[page.index(own) :].partition("</form>")[0]
        found = dict(re.findall(rf'name="({names})" value="([^"]*)"', form))
        return await self.bot.meanwhile(browser.post(CHANGE, ZH, **{**found, **fields}))

    async def audited(self) -> list[tuple[str, str]]:
        lines = await self.world.staff.stores.audit.of("main:U1")
        return [(one.what, one.details[-1]) for one in lines if one.what.startswith("appointment")]


@pytest.fixture
async def salon(bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None) -> Salon:
    world = await store_world(worlds)
    world.playbook = replace(
        world.playbook,
        promotions={**world.playbook.promotions, "appointments": {HAIRCUT.name: HAIRCUT}},
        rules=RULES.rules,
        version=RULES.version,
    )
    book = replace(RULES, promotions={**RULES.promotions, "appointments": APPOINTMENTS.of(world.playbook)})
    stores = world.staff.stores
    desk = EffectRouter(AppointmentService(stores.of(Appointments), stores.of(PlaceWishes), lambda: book))

    bot = await bots(book, effects=desk)
    return Salon(world, bot)


async def somebody(salon: Salon, role: AdminRole = "agent") -> tuple[Staff, str]:
    """A browser of this role, and the customer in its addresses."""
    account = await salon.world.staff.account(role)
    return await salon.world.staff.signed_in(account), salon.world.part(account.name, "contact", "main:U1")


async def booked(salon: Salon) -> tuple[Staff, str]:
    """A browser with the day on which somebody has booked, and that day's address."""
    browser, person = await somebody(salon)
    sure = await salon.page(browser, f"{CHANGE}?act=book&person={person}&start={TEN:%Y-%m-%dT%H:%M:%S}Z")
    status, to = await salon.presses(browser, sure)
    assert (status, to) == (303, f"/admin/appointments?day={TEN.date()}")
    return browser, to


async def test_s44_a_time_is_chosen_shown_and_booked_once_for_one_press(salon: Salon) -> None:
    browser, person = await somebody(salon)
    chosen = await salon.page(browser, f"{CHANGE}?act=book&person={person}")
    assert "10:00" in chosen
    start = f"{TEN:%Y-%m-%dT%H:%M:%S}+00:00"
    assert f'value="{start}"' in chosen
    sure = await salon.page(browser, f"{CHANGE}?act=book&person={person}&start={TEN:%Y-%m-%dT%H:%M:%S}Z")
    assert "要這樣預約嗎？" in sure
    assert "main:U1" not in sure
    for _ in range(2):
        assert (await salon.presses(browser, sure))[0] == 303
    day = await salon.page(browser, f"/admin/appointments?day={TEN.date()}")
    assert "約好了，會照劇本的規則通知客人" in day
    assert day.count("person-1") == 1
    assert HELD_APPOINTMENTS.of((await salon.bot.stored("U1")).contact)[0].start == TEN
    assert [what for what, _ in await salon.audited()] == ["appointment_booked"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_it_is_moved_beyond_what_binds_customers_and_a_taken_time_is_told(salon: Salon) -> None:
    browser, day = await booked(salon)
    page = await salon.page(browser, day)
    [to] = re.findall(rf'href="({re.escape(CHANGE)}[^"]*act=move)"', page)
    far = TEN + timedelta(days=90)
    address = to.replace("&amp;", "&")
    sure = await salon.page(browser, f"{address}&start={far:%Y-%m-%dT%H:%M:%S}Z")
    assert "<blockquote><bdi>10:00</bdi></blockquote>" in sure, "what the customer would get"
    _, to = await salon.presses(browser, sure, reason="老師請假")
    assert to == f"/admin/appointments?day={far.date()}"
    [held] = HELD_APPOINTMENTS.of((await salon.bot.stored("U1")).contact)
    assert held.start == far
    assert await salon.audited() == [
        ("appointment_moved", "老師請假"),
        ("appointment_booked", (await salon.audited())[1][1]),
    ]
    past = await salon.page(browser, f"{address}&start=2020-01-01T02:00:00Z")
    status, back = await salon.presses(browser, past)
    assert status == 303
    assert back.startswith(CHANGE)
    assert "這個時間已經過了" in await salon.page(browser, back)


@pytest.mark.ring("all", "several processes of a bot")
async def test_it_is_cancelled_with_a_reason_and_its_place_is_free(salon: Salon) -> None:
    browser, day = await booked(salon)
    page = await salon.page(browser, day)
    [to] = re.findall(rf'href="({re.escape(CHANGE)}[^"]*act=cancel)"', page)
    sure = await salon.page(browser, to.replace("&amp;", "&"))
    assert "要取消這筆預約嗎？" in sure
    assert "客人會馬上收到" in sure
    assert "<blockquote><bdi>取消：…</bdi></blockquote>" in sure, "with the reason that is written then"
    await salon.presses(browser, sure, reason="老師請假")
    assert "這一天沒有人預約" in await salon.page(browser, day)
    assert HELD_APPOINTMENTS.of((await salon.bot.stored("U1")).contact) == ()
    status, gone = await browser.get(to.replace("&amp;", "&"), **ZH)
    assert (status, "找不到這筆預約" in gone) == (404, True)


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_came_and_who_did_not_is_said_once_it_has_begun(salon: Salon) -> None:
    browser, day = await booked(salon)
    assert "沒有來" not in await salon.page(browser, day)
    salon.bot.clock.advance((TEN - salon.bot.clock.now()).total_seconds() + 60)
    browser = await salon.world.staff.signed_in(await salon.world.staff.account("agent", "later"))
    page = await salon.page(browser, day)
    status, asked = await salon.presses(browser, page, act="missed")
    assert (status, "謝謝" in asked, "1 則推播" in asked) == (200, True, True), "what the customer would get"
    assert HELD_APPOINTMENTS.of((await salon.bot.stored("U1")).contact)[0].mark == "", (
        "nothing is done by asking"
    )
    await salon.presses(browser, asked, act="missed", sure="yes")
    page = await salon.page(browser, day)
    assert "已記錄：客人沒有來" in page
    assert [one.mark for one in HELD_APPOINTMENTS.of((await salon.bot.stored("U1")).contact)] == ["missed"]
    await salon.presses(browser, page, act="came", sure="yes")
    assert [what for what, _ in await salon.audited()][:2] == ["appointment_came", "appointment_missed"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_nobody_acts_by_an_address_of_somebody_elses(salon: Salon) -> None:
    browser, _ = await somebody(salon)
    other = salon.world.part("somebody-else", "contact", "main:U1")
    assert (await browser.get(f"{CHANGE}?act=book&person={other}", **ZH))[0] == 404
    status, _ = await browser.post(CHANGE, ZH, person=other, act="book", press="p", service="剪髮")
    assert status == 409
