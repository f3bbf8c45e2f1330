"""E4, I1: a broadcast is composed in Chromium: drawn and counted as one writes, on desk and phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.test_compose_pages import COMPOSE, Composing, composing

__all__ = ["composing"]
SIMULATOR = Path(__file__).parents[3] / "bot" / "simulator" / "static"
TAP = re.compile(r"--tap: light-dark\(#(\w{6})")
QUIET = re.compile(r"\bquiet\b")
"""A button that is not the one to press next."""


@pytest_asyncio.fixture
async def page(composing: Composing, browser: Browser) -> Page:
    """A new broadcast before mei."""
    page = await seen_by(composing.who, browser)
    await page.goto(COMPOSE)
    return page


async def test_it_is_drawn_and_counted_as_one_writes(page: Page, composing: Composing) -> None:
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    side = page.locator("#side")
    await expect(side).to_contain_text("訊息 1：請寫文字")
    await expect(page.locator("[name=a1_text]")).to_be_hidden()
    await expect(page.locator("summary").filter(has_text="訊息 2：如何停止推播（預設附上）")).to_be_visible()
    await expect(side.locator(".is-error")).to_have_count(0)
    await page.get_by_role("textbox", name="名稱", exact=True).fill("雙11")
    await page.locator("[name=a0_text]").fill("全館 85 折")
    await expect(side.locator(".line-bubble").first).to_have_text("全館 85 折")
    await expect(side).to_contain_text("共 3 位")
    await page.get_by_role("button", name="+ 劇本的卡片").click()
    chosen = page.locator("[name=a1_text]")
    await expect(chosen).to_be_focused()
    await chosen.select_option("coupon")
    await expect(side.locator(".line-bubble")).to_have_count(3)
    more = page.locator("[data-more] > summary")
    await expect(more).to_contain_text("更多設定")
    await expect(page.get_by_role("button", name="比較兩種內容")).to_be_hidden()
    await more.click()
    await page.get_by_role("button", name="比較兩種內容").click()
    await expect(more).to_contain_text("比較兩種內容")
    await expect(page.get_by_role("button", name="只用一種內容")).to_be_visible()
    await expect(page.locator("[name=b0_text]")).to_have_value("全館 85 折")
    await expect(page.locator("[name=b0_text]")).to_be_focused()
    await expect(side).to_contain_text("乙 50%")
    await page.get_by_role("button", name="存進草稿").click()
    await expect(page.get_by_text("已存進你的草稿")).to_be_visible()
    save, publish = page.locator("[value=save]"), side.get_by_role("link", name="檢查並發布")
    await expect(publish).not_to_have_class(QUIET)
    await expect(save).to_have_class(QUIET)
    await expect(page.locator(".at-foot").get_by_role("link", name="檢查並發布")).to_be_visible()
    await page.locator("[name=a0_text]").fill("全館 9 折")
    await expect(save).not_to_have_class(QUIET)
    await expect(publish).to_have_class(QUIET)
    await page.locator("[name=a0_text]").fill("全館 85 折")
    await expect(publish).not_to_have_class(QUIET)
    assert "rules/broadcasts/雙11.yaml" in await composing.written()
    assert faults == []


async def test_it_fits_and_everybody_can_use_it(page: Page) -> None:
    await page.locator("[name=whom][value=conditions]").check()
    await page.get_by_role("button", name="+ 條件").click()
    await expect(page.locator("[name=c0]")).to_be_focused()
    await page.get_by_role("button", name="+ 按鈕").click()
    await expect(page.locator("[name=a1_t0]")).to_be_visible()
    await fits(page)


async def test_a_press_that_fails_is_said_and_loses_nothing(page: Page) -> None:
    text, add = page.locator("[name=a0_text]"), page.get_by_role("button", name="+ 文字")
    await text.fill("全館 85 折")
    await page.route("**/compose", lambda route: route.abort())
    await add.click()
    await expect(page.get_by_role("alert")).to_contain_text("沒有完成")
    await expect(text).to_have_value("全館 85 折")
    await page.unroute("**/compose")
    await page.route("**/compose", lambda route: route.fulfill(status=500, body="fault"))
    await add.click()
    await expect(page.get_by_role("alert")).to_contain_text("沒有完成")
    await page.unroute("**/compose")
    await add.click()
    await expect(page.locator("[name=a1_text]")).to_be_focused()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_on_a_phone_what_most_leave_as_it_is_is_folded(page: Page) -> None:
    """To whom and when say what is chosen; what was opened stays open when the form comes back changed."""
    whom = page.locator("[data-fold=whom]")
    await expect(whom).to_have_attribute("open", "")
    await page.set_viewport_size(PHONE)
    await page.reload()
    summary = whom.locator("summary").first
    await expect(whom).not_to_have_attribute("open", "")
    await expect(summary).to_contain_text("所有可推播的好友")
    await expect(page.locator("[data-fold=when] > summary")).to_contain_text("發布之後手動發送")
    await summary.click()
    await page.get_by_label("分眾，或名單").check()
    await page.locator("[data-fold=more-a] > summary").click()
    await page.get_by_role("button", name="+ 文字").click()
    await expect(page.locator("[name=a2_text]")).to_have_count(1)
    await expect(whom).to_have_attribute("open", "")
    await expect(page.locator("[data-fold=when]")).not_to_have_attribute("open", "")
    await summary.click()
    await expect(summary).to_contain_text("分眾，或名單")


async def test_a_card_has_the_colours_of_the_phone(page: Page) -> None:
    """One sheet has them for both."""
    colours = (SIMULATOR / "phone" / "colours.css").read_text("utf-8")
    [tapped] = TAP.findall(colours)
    red, green, blue = (int(pair, 16) for pair in re.findall("..", tapped))
    await page.get_by_role("button", name="+ 按鈕").click()
    await page.locator("[name=a1_text]").fill("滿千免運")
    await page.locator("[name=a1_t0]").fill("去逛逛")
    await page.locator("[name=a1_t0_to]").fill("https://example.com")
    tap = page.locator("#side .tap")
    await expect(tap).to_have_css("color", f"rgb({red}, {green}, {blue})")
    await expect(page.locator("#side .plate")).to_have_css("background-color", "rgb(255, 255, 255)")
