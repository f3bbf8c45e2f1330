"""The page `my_draws` in Chromium: what is won is seen once the server has decided it (N3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playwright.async_api import Page, expect

from bot.model.screen import Screen
from bot.promotions.draws.model import DrawView
from bot.web.liff.api import screen_json
from tests.promotions.coupons.test_page_in_browser import MONTHS_END, NOON
from tests.promotions.draws.test_operations import DRAW
from tests.web.liff import test_page_screens
from tests.web.liff.fake_pages import FakePages

CARD = DrawView("抽", "週年慶刮刮樂", "scratch", ("免單券", "折 30 元"), "open", 0, daily=True)
WON = replace(
    CARD, state="had", tries=1, result="won", prize=1, won="折 30 元", code="K7M2P-9QRTX", until=MONTHS_END
)
NOTHING = replace(CARD, state="had", tries=1, result="nothing")


def shows(draw: DrawView) -> dict[str, Any]:
    """The screen as our server says it."""
    return screen_json(Screen("draws", 1, content={"draws": (draw,)}), NOON)


async def tried(fake: FakePages, page: Page, comes_to: DrawView) -> None:
    """A card is taken, and the server decides after a moment."""
    fake.book = replace(fake.book, promotions={**fake.book.promotions, "draws": {DRAW.name: DRAW}})
    await test_page_screens.opened(fake, page, shows(CARD), "my_draws")
    fake.next = shows(replace(CARD, state="waits", tries=1))
    await page.get_by_role("button", name="拿一張刮刮樂").click()
    await expect(page.locator(".draw-result")).to_have_text("抽獎中…")
    await expect(page.locator("canvas")).to_have_count(0)
    await fake.show(**shows(comes_to))
    await expect(page.locator("canvas")).to_be_visible()


async def scratch(page: Page, strokes: int) -> None:
    """With a finger that is pressed, from side to side, so many times one below the other."""
    where = (
        "card => { const box = card.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }"
    )
    x, top, width, height = await page.locator("canvas").evaluate(where)
    for stroke in range(strokes):
        y = top + height * (stroke + 0.5) / 6
        await page.mouse.move(x + 2, y)
        await page.mouse.down()
        await page.mouse.move(x + width - 2, y, steps=24)
        await page.mouse.up()


async def test_a_card_is_scratched_off(fake: FakePages, telephone: Page) -> None:
    await tried(fake, telephone, WON)
    assert [one["text"] for one in fake.answers] == ["抽"]
    result = telephone.get_by_text("恭喜抽中：折 30 元")
    await expect(result).to_have_count(0)
    await scratch(telephone, 1)
    await expect(telephone.locator("canvas")).to_be_visible()
    await expect(result).to_have_count(0)
    await scratch(telephone, 6)
    await expect(telephone.locator("canvas")).to_have_count(0)
    await expect(result).to_be_visible()
    await expect(telephone.get_by_text("K7M2P-9QRTX")).to_be_visible()
    await expect(telephone.get_by_text("明天再來抽一次吧")).to_be_visible()


async def test_without_a_finger_it_is_shown_by_a_key_and_the_focus_stays(
    fake: FakePages, telephone: Page
) -> None:
    """Nor does a screen reader read what is still covered."""
    await tried(fake, telephone, NOTHING)
    await expect(telephone.locator(".under")).to_have_attribute("aria-hidden", "true")
    await telephone.get_by_role("button", name="直接看結果").press("Enter")
    await expect(telephone.locator(".draw-result")).to_contain_text("這次沒有抽中")
    await expect(telephone.locator(".under")).not_to_have_attribute("aria-hidden", "true")
    await expect(telephone.get_by_role("heading", name="週年慶刮刮樂")).to_be_focused()


async def test_what_was_seen_is_not_covered_again(fake: FakePages, telephone: Page) -> None:
    fake.book = replace(fake.book, promotions={**fake.book.promotions, "draws": {DRAW.name: DRAW}})
    await test_page_screens.opened(fake, telephone, shows(WON), "my_draws")
    await expect(telephone.locator("canvas")).to_have_count(0)
    await expect(telephone.get_by_text("恭喜抽中：折 30 元")).to_be_visible()
    await expect(telephone.get_by_role("button", name="拿一張刮刮樂")).to_have_count(0)
