"""N5: the week of appointments in Chromium: as staff see it at a desk and on a phone, and press it."""

from __future__ import annotations

import re

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


async def middle(one: Locator) -> tuple[float, float]:
    x, y = await one.evaluate(
        "one => { const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + 10]; }"
    )
    return float(x), float(y)


async def dragged(page: Page, one: Locator, to: Locator) -> None:
    """By the mouse, from one to another, without letting go."""
    begin, end = await middle(one), await middle(to)
    await page.mouse.move(*begin)
    await page.mouse.down()
    await page.mouse.move(begin[0] + 8, begin[1] + 8)
    await expect(page.get_by_text("要改到什麼時候")).to_have_count(2)
    await page.mouse.move(*end)


async def test_dragged_to_another_who_serves_and_another_day(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser)
    await dragged(page, times(page, "10:00 · 小芳 · 週六"), times(page, "15:00 · 阿明 · 週日"))
    await expect(times(page, "15:00 · 阿明 · 週日")).to_have_class("week-free is-aim")
    await page.mouse.up()
    asked = page.get_by_role("dialog", name="改期")
    await expect(asked.get_by_text("2026-11-22 15:00")).to_be_visible()
    await expect(asked.get_by_text("1 則推播")).to_be_visible()
    await expect(asked.get_by_text("15:00 見")).to_be_visible()
    await salon.bot.meanwhile(asked.get_by_role("button", name="確定改期").click())
    await expect(page.get_by_role("status").first).to_contain_text("改好了")
    await expect(times(page, "15:00 · 阿明 · 週日")).to_have_class("week-booked")
    await expect(times(page, "10:00 · 小芳 · 週六")).to_have_class("week-free")


async def test_dragged_beside_everything_it_stays(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser)
    await dragged(page, times(page, "10:00 · 小芳 · 週六"), times(page, "12:00 · 阿明 · 週六"))
    await page.mouse.up()
    await expect(page.get_by_text("要改到什麼時候")).to_have_count(0)
    await expect(page).to_have_url(WEEK)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(times(page, "10:00 · 小芳 · 週六")).to_be_focused()


async def test_moved_by_keys_and_left(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser)
    booked = times(page, "10:00 · 小芳 · 週六 11/21 · p○○")
    await booked.focus()
    await booked.press("m")
    await expect(page.get_by_role("status").first).to_contain_text("要改到什麼時候？")
    await expect(page.locator(".week-free:focus")).to_have_accessible_name("10:00 · 小芳 · 週六 11/21 · 有空")
    await page.keyboard.press("Escape")
    await expect(booked).to_be_focused()
    await expect(page).to_have_url(WEEK)
    await booked.press("m")
    beside = ("10:30 · 小芳 · 週六", "10:30 · 阿明 · 週六", "10:00 · 阿明 · 週六")
    for key, where in zip(("ArrowDown", "ArrowRight", "ArrowUp"), beside, strict=True):
        await page.keyboard.press(key)
        await expect(page.locator(".week-free:focus")).to_have_accessible_name(re.compile(where))
    await page.keyboard.press("Enter")
    sure = page.get_by_role("button", name="確定改期")
    await expect(sure).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(booked).to_be_focused()
    await booked.press("m")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(sure).to_be_focused()
    await salon.bot.meanwhile(page.keyboard.press("Enter"))
    await expect(page.get_by_role("status").first).to_contain_text("改好了")
    await expect(times(page, "10:00 · 阿明 · 週六")).to_contain_text("剪髮")


async def test_what_was_taken_while_it_was_dragged_is_told_there(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser)
    await dragged(page, times(page, "10:00 · 小芳 · 週六"), times(page, "15:00 · 小芳 · 週日"))
    await page.mouse.up()
    await expect(page.get_by_role("button", name="確定改期")).to_be_focused()
    await salon.book(4, at(2, "15:00"), "剪髮", "小芳")
    await salon.bot.meanwhile(page.get_by_role("button", name="確定改期").click())
    there = page.locator("[data-refused]")
    await expect(there).to_be_focused()
    await expect(there).to_contain_text("這個時間剛剛被約走了")
    await expect(page).to_have_url(f"/admin/appointments/week?day={day(2)}")
    await expect(times(page, "10:00 · 小芳 · 週六")).to_have_class("week-booked")
    await fits(page)


async def test_on_a_phone_it_is_pressed_moved_and_cancelled(salon: Salon, browser: Browser) -> None:
    page = await opened(salon, browser, PHONE)
    await times(page, "10:00 · 小芳 · 週六").click()
    await page.get_by_role("link", name="在週曆上改期").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await fits(page)
    await times(page, "11:30 · 小芳 · 週六").click()
    await salon.bot.meanwhile(page.get_by_role("button", name="確定改期").click())
    await expect(times(page, "11:30 · 小芳 · 週六")).to_have_class("week-booked")
    await times(page, "11:30 · 小芳 · 週六").click()
    await page.get_by_role("dialog").get_by_role("link", name="取消預約").click()
    await page.get_by_role("textbox", name="原因").fill("老師請假")
    await salon.bot.meanwhile(page.get_by_role("button", name="取消預約").click())
    await expect(times(page, "11:30 · 小芳 · 週六")).to_have_class("week-free")


async def test_a_move_of_which_nobody_hears_is_taken_back(
    bots: Bots, worlds: StaffWorlds, clock: ManualClock, by_our_clock: None, browser: Browser
) -> None:
    salon = await salon_of(bots, worlds)
    await salon.book(1, at(1, "10:00"), "剪髮", "小芳")
    page = await opened(salon, browser)
    await times(page, "10:00 · 小芳 · 週六").press("m")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await salon.bot.meanwhile(page.get_by_role("button", name="確定改期").click())
    await salon.bot.meanwhile(page.get_by_role("button", name="復原").click())
    await expect(times(page, "10:00 · 小芳 · 週六")).to_have_class("week-booked")
