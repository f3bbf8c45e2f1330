"""N5: an appointment is booked, moved and cancelled on the customer's page, and beside a chat."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.model.admin import AdminRole
from bot.promotions.appointments.model import HELD_APPOINTMENTS, HeldAppointment
from tests.conftest import ManualClock
from tests.promotions.appointments.salon import TELLS, Salon, at, salon_of
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import DESK, PHONE, fits, seen_by
from tests.web.admin.staff_world import ZH

CANCELS = '  - {when: {appointment: any, result: cancelled}, push: "取消了：{{ event.reason or 無 }}"}'


@pytest.fixture
async def salon(bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None) -> Salon:
    return await salon_of(bots, worlds, rules=[TELLS, CANCELS])


async def held(salon: Salon) -> tuple[HeldAppointment, ...]:
    return HELD_APPOINTMENTS.of((await salon.bot.stored("U3")).contact)


async def opened(salon: Salon, browser: Browser, below: str, role: AdminRole = "agent") -> Page:
    account = await salon.world.staff.account(role)
    page = await seen_by(await salon.world.staff.signed_in(account), browser, DESK)
    await page.goto(f"{below}/{salon.world.part(account.name, 'contact', 'main:U3')}")
    return page


@pytest.mark.parametrize("below", ["/admin/contacts", "/admin/pane"])
async def test_booked_moved_and_cancelled_without_leaving(salon: Salon, browser: Browser, below: str) -> None:
    page = await opened(salon, browser, below)
    here = page.url
    await expect(page.get_by_text("目前沒有預約")).to_be_visible()
    await page.get_by_role("button", name="替客人預約").click()
    await page.get_by_label("預約項目").select_option("剪髮")
    await page.get_by_role("button", name="繼續").click()
    await fits(page)
    await page.get_by_role("form", name="2026-11-21").get_by_role("button", name="10:00").click()
    await expect(page.get_by_text("10:00 見")).to_be_visible()
    await fits(page)
    await salon.bot.meanwhile(page.get_by_role("button", name="確定預約").click())
    await expect(page).to_have_url(here)
    assert [(one.service, one.start) for one in await held(salon)] == [("剪髮", at(1, "10:00"))]
    await page.get_by_role("button", name="改期").click()
    await page.get_by_role("form", name="2026-11-22").get_by_role("button", name="11:30").click()
    await salon.bot.meanwhile(page.get_by_role("button", name="確定改期").click())
    await expect(page.get_by_text("2026-11-22 11:30")).to_be_visible()
    assert [one.start for one in await held(salon)] == [at(2, "11:30")]
    await fits(page)
    await page.get_by_role("button", name="取消", exact=True).click()
    await page.get_by_role("textbox", name="原因").fill("老師請假")
    await salon.bot.meanwhile(page.get_by_role("button", name="取消預約").click())
    await expect(page.get_by_text("目前沒有預約")).to_be_visible()
    assert await held(salon) == ()
    lines = await salon.world.staff.stores.audit.of("main:U3")
    told = [one.what for one in lines if one.what.startswith("appointment")]
    assert told == ["appointment_cancelled", "appointment_moved", "appointment_booked"]


async def test_what_is_taken_meanwhile_is_told_over_the_other_times(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser, "/admin/pane", "supervisor")
    await page.get_by_role("button", name="替客人預約").click()
    await page.get_by_label("預約項目").select_option("染髮")
    await page.get_by_role("button", name="繼續").click()
    await page.get_by_role("form", name="2026-11-21").get_by_role("button", name="10:00").click()
    await salon.book(1, at(1, "10:00"), "染髮", "阿明")
    await salon.bot.meanwhile(page.get_by_role("button", name="確定預約").click())
    await expect(page.get_by_role("alert")).to_contain_text("這個時間剛剛被約走了")
    day = page.get_by_role("form", name="2026-11-21")
    await expect(day.get_by_role("button", name="10:00")).to_have_count(0)
    await day.get_by_role("button", name="12:00").click()
    await expect(page.get_by_text("2026-11-21 12:00")).to_be_visible()


async def test_from_the_customer_into_the_week_and_booked_there(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser, "/admin/contacts")
    await page.get_by_role("button", name="替客人預約").click()
    await page.get_by_label("預約項目").select_option("剪髮")
    await page.get_by_role("button", name="繼續").click()
    await page.get_by_role("link", name="在週曆上選").click()
    await expect(page.get_by_text("幫p○○選一個空檔")).to_be_visible()
    await page.set_viewport_size(PHONE)
    await fits(page)
    await page.set_viewport_size(DESK)
    await page.get_by_role("link", name="10:00 · 小芳 · 週六").click()
    await salon.bot.meanwhile(page.get_by_role("button", name="確定預約").click())
    await expect(page.get_by_role("link", name="10:00 · 小芳 · 週六")).to_contain_text("p○○")


async def test_nobody_changes_what_is_somebody_elses_by_a_customers_page(salon: Salon) -> None:
    id_ = await salon.book(1, at(1, "10:00"))
    account = await salon.world.staff.account("agent")
    browser = await salon.world.staff.signed_in(account)
    other = salon.world.part(account.name, "appointment", "main:U1", id_)
    page = f"/admin/contacts/{salon.world.part(account.name, 'contact', 'main:U3')}/appointment"
    for person, act in ((other, "cancel"), (other, "move"), ("x", "book"), (other, "came")):
        status, told = await browser.post(page, ZH, person=person, act=act, press="p")
        assert (status, "找不到這筆預約" in told) == (409, True)
    clerk = await salon.world.signed_in("A01")
    assert (await clerk.post(page, ZH, person=other, act="cancel", press="p"))[0] == 403
