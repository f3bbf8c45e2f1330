"""The page `my_appointments` in Chromium, before a server that says what the test says (N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from bot.model.screen import Screen
from bot.promotions.appointments.model import AppointmentsView, AppointmentView, AskedOfPage, ServiceView
from bot.web.liff.api import screen_json
from tests.promotions.appointments.examples import HAIRCUT
from tests.promotions.coupons.test_page_in_browser import NOON
from tests.web.liff import test_page_screens
from tests.web.liff.fake_pages import FakePages

CUT = ServiceView("剪髮", "剪髮預約", 90, ("小芳", "阿明"))
CARE = ServiceView("護髮", "護髮預約", 30)
AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
OWN = AppointmentView("a1", "剪髮", "剪髮預約", "小芳", AT, AT + timedelta(minutes=90), change=True)
DAYS = {
    "days": [
        {"day": "2026-11-30", "starts": []},
        {"day": "2026-12-01", "starts": ["2026-12-01T03:00:00Z", "2026-12-01T03:30:00Z"]},
        {"day": "2026-12-02", "starts": ["2026-12-02T03:00:00Z"]},
    ],
    "more": "2026-12-14",
}
LATER = {"days": [{"day": "2026-12-15", "starts": ["2026-12-15T03:00:00Z"]}], "more": None}


def shows(
    *booked: AppointmentView, services: tuple[ServiceView, ...] = (CUT, CARE), asked: AskedOfPage = ""
) -> dict[str, Any]:
    """The screen as our server says it."""
    view = AppointmentsView(services, booked, asked)
    return screen_json(Screen("appointments", 1, content={"appointments": view}), NOON)


async def opened(fake: FakePages, page: Page, screen: dict[str, Any]) -> None:
    fake.book = replace(
        fake.book, promotions={**fake.book.promotions, "appointments": {HAIRCUT.name: HAIRCUT}}
    )
    await test_page_screens.opened(fake, page, screen, "my_appointments")


async def test_a_time_is_chosen_by_keys_and_booked(fake: FakePages, telephone: Page) -> None:
    fake.free = [DAYS]
    fake.next = shows(asked="waits")
    await opened(fake, telephone, shows())
    await telephone.get_by_role("button", name="剪髮預約").press("Enter")
    await expect(telephone.get_by_role("heading", name="剪髮預約")).to_be_focused()
    await expect(telephone.get_by_text("1 小時 30 分鐘")).to_be_visible()
    await telephone.get_by_role("radio", name="都可以").press("ArrowRight")
    await expect(telephone.get_by_role("radio", name="小芳")).to_be_focused()
    day = telephone.get_by_role("radio", name="12/1")
    await expect(day).to_be_checked()
    await expect(telephone.get_by_role("radio", name="11/30")).to_be_disabled()
    assert await fake.was_asked_for_days(2) == [{"service": "剪髮", "with": one} for one in ("", "小芳")]
    await telephone.get_by_role("radio", name="11:00").press("ArrowRight")
    await expect(telephone.get_by_text("12月1日週二 11:30–13:00，由小芳服務")).to_be_visible()
    await telephone.get_by_role("button", name="預約這個時間").press("Enter")
    assert await fake.answered() == ["book\n剪髮\n2026-12-01T03:30:00Z\n小芳"]
    await expect(telephone.get_by_role("status").first).to_have_text("請稍候，正在為您確認…")
    await fake.show(**shows(OWN, services=(replace(CUT, had=True), CARE), asked="booked"))
    said = telephone.get_by_text("約好了，期待您的光臨！")
    await expect(said).to_be_focused()
    await expect(telephone.get_by_role("article").get_by_text("由小芳服務")).to_be_visible()
    await expect(telephone.get_by_role("button", name="剪髮預約 您已經約了")).to_be_disabled()


async def test_a_time_that_has_just_gone_is_told_kindly_and_the_others_are_asked_anew(
    fake: FakePages, telephone: Page
) -> None:
    fake.free = [DAYS, {**DAYS, "days": DAYS["days"][2:]}]
    fake.next = shows(asked="full", services=(CARE,))
    await opened(fake, telephone, shows(services=(CARE,)))
    await telephone.get_by_role("radio", name="11:00").check(force=True)
    await telephone.get_by_role("button", name="預約這個時間").click()
    await expect(telephone.get_by_text("這個時間剛剛被約走了，請再選一個時間")).to_be_focused()
    await expect(telephone.get_by_role("radio", name="12/2")).to_be_checked()
    await expect(telephone.get_by_role("radio", name="12/1", exact=True)).to_have_count(0)
    await expect(telephone.get_by_role("button", name="預約這個時間")).to_have_count(0)


async def test_an_appointment_is_moved_and_another_one_cancelled(fake: FakePages, telephone: Page) -> None:
    fake.free = [DAYS, LATER]
    fixed = replace(OWN, id="a2", service="gone", title="染髮", staff="", change=False)
    await opened(fake, telephone, shows(OWN, fixed))
    await expect(telephone.get_by_text("要更改請直接聯絡我們")).to_be_visible()
    await telephone.get_by_role("button", name="改期").click()
    await expect(telephone.get_by_role("heading", name="改期：剪髮預約")).to_be_focused()
    await telephone.get_by_role("button", name="看更晚的日期").click()
    await expect(telephone.get_by_role("radio", name="12/15")).to_be_focused()
    assert fake.free_asked[-1] == {"service": "剪髮", "with": "", "from": "2026-12-14", "moving": "a1"}
    await telephone.get_by_role("radio", name="12/15").check(force=True)
    await telephone.get_by_role("radio", name="11:00").check(force=True)
    await telephone.get_by_role("button", name="改到這個時間").click()
    assert await fake.answered() == ["move\na1\n2026-12-15T03:00:00Z\n"]
    await telephone.get_by_role("button", name="不改了").click()
    await telephone.get_by_role("button", name="取消預約").click()
    await expect(telephone.get_by_text("要取消 12月1日週二 11:00–12:30 的預約嗎？")).to_be_focused()
    await telephone.get_by_role("button", name="保留預約").click()
    await expect(telephone.get_by_role("button", name="改期")).to_be_focused()
    await telephone.get_by_role("button", name="取消預約").click()
    fake.next = shows(asked="cancelled")
    await telephone.get_by_role("button", name="確定取消").click()
    await expect(telephone.get_by_text("已經幫您取消預約了")).to_be_focused()
    assert (await fake.answered(2))[1] == "cancel\na1"


async def test_nothing_free_nothing_to_book_and_no_answer_have_words(
    fake: FakePages, telephone: Page
) -> None:
    fake.free = [{"days": [{"day": "2026-11-30", "starts": []}], "more": None}]
    await opened(fake, telephone, shows(services=(CARE,)))
    await expect(telephone.get_by_text("目前沒有可以預約的時間")).to_be_visible()
    fake.errors["free"] = [(429, "too_many")]
    await telephone.get_by_role("button", name="返回").click()
    await telephone.get_by_role("button", name="護髮預約").click()
    await expect(telephone.get_by_text("現在查不到時間，請稍後再試")).to_be_visible()
    await fake.show(**shows(services=()))
    await telephone.get_by_role("button", name="返回").click()
    await expect(telephone.get_by_text("目前沒有可以預約的項目")).to_be_visible()
