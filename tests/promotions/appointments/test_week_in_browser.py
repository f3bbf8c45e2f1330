"""N5: the week of appointments in Chromium: as staff see it at a desk and on a phone, and press it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.conftest import ManualClock
from tests.promotions.appointments.salon import TELLS, Salon, at, day, salon_of
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import DESK, PHONE, fits, seen_by

WEEK = f"/admin/appointments/week?day={day(1)}"


@pytest.fixture
async def salon(bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None) -> Salon:
    made = await salon_of(bots, worlds, rules=[TELLS])
    await made.book(1, at(1, "10:00"), "剪髮", "小芳")
    await made.book(2, at(1, "12:00"), "染髮", "阿明")
    await made.book(3, at(0, "10:00"), "剪髮", "小芳")
    return made


async def opened(salon: Salon, browser: Browser, size: object = DESK, address: str = WEEK) -> Page:
    staff = await salon.world.staff.signed_in(await salon.world.staff.account("agent"))
    page = await seen_by(staff, browser, PHONE if size == PHONE else DESK)
    await page.goto(address)
    return page


def times(page: Page, says: str) -> Locator:
    return page.get_by_role("link", name=says)


async def top_of(one: Locator) -> float:
    return float(await one.evaluate("one => one.getBoundingClientRect().top"))


async def test_everything_stands_at_its_hour_and_fits(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser)
    ten, noon = times(page, "10:00 · 小芳 · 週六"), times(page, "12:00 · 阿明 · 週六")
    assert await top_of(ten) < await top_of(times(page, "10:30 · 阿明 · 週六")) < await top_of(noon)
    assert await top_of(noon) == await top_of(times(page, "12:00 · 小芳 · 週六"))
    assert await top_of(ten) == await top_of(times(page, "10:00 · 阿明 · 週日"))
    height = "one => one.getBoundingClientRect().height"
    assert await noon.evaluate(height) == 2 * await ten.evaluate(height)
    await fits(page)


async def test_a_phone_has_one_day_and_a_switch(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser, PHONE)
    await expect(times(page, "10:00 · 小芳 · 週六")).to_be_visible()
    await expect(times(page, "10:00 · 小芳 · 週日")).to_be_hidden()
    await times(page, "週日 22").click()
    await expect(times(page, "10:00 · 小芳 · 週日")).to_be_visible()
    await expect(times(page, "10:00 · 小芳 · 週六")).to_be_hidden()
    low = await page.locator(".week-free:visible, .week-booked:visible, .week-pick").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).length"
    )
    assert low == 0


async def test_booked_from_the_week_in_five_presses(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser)
    await times(page, "11:00 · 小芳 · 週六").click()
    await page.get_by_role("searchbox", name="姓名").press_sequentially("person-4")
    await page.get_by_role("link", name="幫person-4預約").click()
    await expect(page.get_by_text("11:00 見")).to_be_visible()
    await salon.bot.meanwhile(page.get_by_role("button", name="確定預約").click())
    await expect(page).to_have_url(f"{WEEK}")
    await expect(page.get_by_role("status").first).to_contain_text("約好了")
    await expect(times(page, "11:00 · 小芳 · 週六")).to_contain_text("剪髮")
