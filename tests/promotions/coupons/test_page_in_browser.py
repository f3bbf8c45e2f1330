"""The page `my_coupons` in Chromium, before a server that says what the test says (N1)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from bot.model.screen import Screen
from bot.promotions.coupons.model import CouponView
from bot.web.liff.api import screen_json
from tests.promotions.coupons.test_engine import COUPON
from tests.web.liff import test_page_screens
from tests.web.liff.fake_pages import FakePages

PAGE = "my_coupons"
TAIPEI = ZoneInfo("Asia/Taipei")
NOON = datetime(2026, 11, 28, 12, 30, tzinfo=TAIPEI)
MONTHS_END = datetime(2026, 12, 1, tzinfo=TAIPEI)
NEW = CouponView("g1", "新朋友折 100", "K7M2P-9QRTX", "usable", MONTHS_END, terms="單筆滿 1,000 元可用")


async def opened(fake: FakePages, page: Page, screen: dict[str, Any], name: str = PAGE) -> None:
    """The page, with this as its first screen."""
    fake.book = replace(fake.book, promotions={**fake.book.promotions, "coupons": {COUPON.name: COUPON}})
    await test_page_screens.opened(fake, page, screen, name)


def shows(*coupons: CouponView, now: datetime = NOON) -> dict[str, Any]:
    """The screen as our server says it."""
    return screen_json(Screen("coupons", 1, content={"coupons": coupons}), now)


async def stands_at(page: Page, now: datetime) -> None:
    """The telephone's clock does not go by itself."""
    await page.clock.install(time=now - timedelta(seconds=60))
    await page.clock.pause_at(now)


def used(coupon: CouponView, at: datetime, **changes: Any) -> CouponView:
    named = {name: getattr(coupon, name) for name in ("id", "title", "code", "until", "terms")}
    return CouponView(**{**named, "state": "used", "used": at, **changes})


async def test_a_coupon_shows_what_a_till_reads(fake: FakePages, telephone: Page) -> None:
    """Its conditions, its last day, its code in words, as bars and as QR code."""
    await stands_at(telephone, NOON)
    await opened(fake, telephone, shows(NEW))
    coupon = telephone.get_by_role("article")
    await expect(coupon.get_by_role("heading", name="新朋友折 100")).to_be_visible()
    for text in ("單筆滿 1,000 元可用", "使用期限：2026/11/30", "代碼 K7M2P-9QRTX"):
        await expect(coupon.get_by_text(text, exact=True)).to_be_visible()
    for name in ("條碼 K7M2P-9QRTX", "QR 碼 K7M2P-9QRTX"):
        picture = coupon.get_by_role("img", name=name)
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    await expect(telephone.get_by_role("button", name="店員確認使用")).to_have_count(0)


async def test_what_orders_alone_use_shows_its_code_and_no_till(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, shows(replace(NEW, online=True)))
    coupon = telephone.get_by_role("article")
    await expect(coupon.get_by_text("下單時輸入代碼")).to_be_visible()
    await expect(coupon.get_by_text("代碼 K7M2P-9QRTX", exact=True)).to_be_visible()
    await expect(coupon.get_by_role("img")).to_have_count(0)
    await expect(coupon.get_by_text("結帳時出示")).to_have_count(0)


async def test_of_several_each_is_opened_by_a_tap(fake: FakePages, telephone: Page) -> None:
    second = CouponView("g2", "生日禮", "B2B2B-2B2B2", "usable", MONTHS_END)
    await opened(fake, telephone, shows(NEW, second))
    await expect(telephone.get_by_text("代碼 K7M2P-9QRTX")).to_be_hidden()
    await telephone.get_by_text("結帳時出示").nth(1).click()
    await expect(telephone.get_by_text("代碼 B2B2B-2B2B2")).to_be_visible()
    await fake.show(**shows(second, NEW))  # something has come: what is open stays open
    await expect(telephone.get_by_role("article").first).to_contain_text("生日禮")
    await expect(telephone.get_by_text("代碼 B2B2B-2B2B2")).to_be_visible()


async def test_on_the_last_day_the_time_runs_out(fake: FakePages, telephone: Page) -> None:
    """By the server's clock, however wrong the telephone's is; at the end the page asks anew."""
    now = MONTHS_END - timedelta(hours=5, minutes=1, seconds=2)
    await stands_at(telephone, now + timedelta(days=3))
    await opened(fake, telephone, shows(NEW, now=now))
    await expect(telephone.get_by_role("timer")).to_have_text("還剩 05:01:02")
    await telephone.clock.run_for(1000)
    await expect(telephone.get_by_role("timer")).to_have_text("還剩 05:01:01")
    ended = CouponView("g1", NEW.title, NEW.code, "ended", MONTHS_END)
    fake.anew = shows(ended, now=MONTHS_END)
    await telephone.clock.fast_forward(5 * 3600 * 1000 + 62_000)
    await fake.was_opened(2)
    await expect(telephone.get_by_text("目前沒有可以用的優惠券")).to_be_visible()
    await telephone.get_by_text("用過和到期的 1 張").click()
    await expect(telephone.get_by_text("2026/11/30 已到期")).to_be_visible()


async def test_a_press_warns_and_then_shows_a_clock_that_runs(fake: FakePages, telephone: Page) -> None:
    """`redeem: press`: the second press uses it, and a picture of what it shows then has no running clock."""
    await stands_at(telephone, NOON)
    pressed = CouponView("g1", NEW.title, NEW.code, "usable", MONTHS_END, can_be_used=True)
    await opened(fake, telephone, shows(pressed))
    await telephone.get_by_role("button", name="店員確認使用").click()
    await expect(telephone.get_by_role("alert")).to_contain_text("按下後這張優惠券就用掉了")
    await telephone.get_by_role("button", name="先不要").click()
    assert fake.answers == []
    await telephone.get_by_role("button", name="店員確認使用").click()
    fake.next = shows(used(NEW, NOON, how="press"))
    await telephone.get_by_role("button", name="確定使用").click()
    assert await fake.answered() == ["g1"]
    moment = telephone.get_by_role("status").filter(has_text="已使用")
    await expect(moment).to_contain_text("2026/11/28 12:30:00")
    clock = moment.locator(".clock")
    await expect(clock).to_have_text("12:30:00")
    await telephone.clock.run_for(3000)
    await expect(clock).to_have_text("12:30:03")
    await expect(telephone.get_by_role("button", name="店員確認使用")).to_have_count(0)


async def test_what_a_clerk_does_turns_the_page_even_while_it_asks(fake: FakePages, telephone: Page) -> None:
    """A press that comes too late says who has used it, and where."""
    await stands_at(telephone, NOON)
    pressed = CouponView("g1", NEW.title, NEW.code, "usable", MONTHS_END, can_be_used=True)
    await opened(fake, telephone, shows(pressed))
    await telephone.get_by_role("button", name="店員確認使用").click()
    await fake.show(**shows(used(NEW, NOON, how="clerk", store="信義店")))
    await expect(telephone.get_by_role("status").filter(has_text="信義店・店員核銷")).to_be_visible()
    await expect(telephone.get_by_role("button", name="確定使用")).to_have_count(0)


async def test_what_begins_later_says_when_and_shows_no_code(fake: FakePages, telephone: Page) -> None:
    early = CouponView(
        "g1", NEW.title, NEW.code, "early", MONTHS_END, starts=datetime(2026, 11, 29, tzinfo=TAIPEI)
    )
    await opened(fake, telephone, shows(early))
    await expect(telephone.get_by_text("2026/11/29 起可以使用")).to_be_visible()
    await expect(telephone.get_by_text(NEW.code)).to_have_count(0)


async def test_who_has_none_is_told_so(fake: FakePages, telephone: Page) -> None:
    await opened(fake, telephone, shows())
    await expect(telephone.get_by_text("目前沒有可以用的優惠券")).to_be_visible()
    await telephone.get_by_role("button", name="回到聊天室").click()
    await fake.until("close")


async def test_long_words_stay_on_a_narrow_telephone(fake: FakePages, telephone: Page) -> None:
    await telephone.set_viewport_size({"width": 320, "height": 640})
    long = CouponView(
        "g1", "超長名稱" * 12, "ABCDEFGHJK" * 4, "usable", MONTHS_END, terms="https://" + "x" * 90
    )
    await opened(fake, telephone, shows(long))
    assert await telephone.evaluate("document.documentElement.scrollWidth") == 320


def test_a_code_that_bars_cannot_hold_is_a_qr_code_alone() -> None:
    code = shows(CouponView("g1", "舊券", "週年慶8折", "usable", MONTHS_END))["coupons"][0]["code"]
    assert (code["text"], "bars" in code, code["qr"][:4]) == ("週年慶8折", False, "<svg")


def test_what_is_used_or_over_or_early_gives_no_code_away() -> None:
    for state in ("used", "ended", "early"):
        view = CouponView("g1", NEW.title, NEW.code, state, MONTHS_END)
        assert not re.search(NEW.code, str(shows(view)))
