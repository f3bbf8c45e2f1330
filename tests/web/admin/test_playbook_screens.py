"""L8: the editor of the playbook in Chromium: written, completed, checked, saved by itself, never lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import editing
from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.staff_world import Staff, StaffWorld

FIRST = "/admin/playbook?file=rules%2Ffirst.yaml"
WRITTEN = ".editor textarea"
OFFERED = ".offers:not([hidden]) li"


HEIGHTS = """() => {
  const [field, copy] = [".paper textarea", ".lines"].map((one) => document.querySelector(one));
  const { paddingTop, paddingBottom } = getComputedStyle(field);
  field.style.height = "0";
  const height = field.scrollHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  field.style.height = "";
  return [Math.round(height), Math.round(copy.getBoundingClientRect().height)];
}"""
"""Of the text in the field, and of the copy of its lines below it, in pixels."""
COMPOSED = """one => one.dispatchEvent(
  new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true})
)"""
"""The Enter by which a composition ended a moment before, as Safari has it."""
IS_LAST_LINE_IN_SIGHT = """() => {
  const rectangle = (one) => document.querySelector(one).getBoundingClientRect();
  const [line, box] = [rectangle(".lines div:last-child"), rectangle(".editor")];
  return line.bottom <= box.bottom && line.top >= box.top;
}"""


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


@pytest_asyncio.fixture
async def mei(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("admin", "mei"))


async def opened(browser: Browser, staff: Staff) -> Page:
    page = await seen_by(staff, browser)
    await page.goto(FIRST)
    await expect(page.locator(WRITTEN)).to_be_attached()
    await expect(page.get_by_text("沒有錯誤，可以發布")).to_be_visible()
    return page


async def to_the_end(page: Page) -> None:
    await page.locator(WRITTEN).focus()
    await page.keyboard.press("Control+End")


@pytest.mark.ring("test", "the walk of the editor")
async def test_what_is_written_is_saved_and_checked_by_itself(
    world: StaffWorld, mei: Staff, browser: Browser
) -> None:
    faults: list[str] = []
    page = await opened(browser, mei)
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    await to_the_end(page)
    await page.keyboard.insert_text("  - whem: {text: 你好}\n    reply: 您好\n")
    await expect(page.get_by_role("status")).to_have_text("已存進草稿")
    wrong = page.locator("[data-problems] .is-error")
    await expect(wrong).to_contain_text("第 6 行")
    await expect(page.locator(".lines > :nth-child(6)")).to_have_class("is-error")
    await expect(page.locator(".lines > .is-error")).to_have_count(1)
    await expect(page.locator("[data-file='rules/first.yaml'] [data-mistakes]")).to_have_text("1")
    await wrong.get_by_role("button", name="第 6 行").click()
    await page.keyboard.press("Home")
    for _ in "  - whem":
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Backspace")
    await page.keyboard.type("n")
    await expect(page.get_by_text("沒有錯誤，可以發布")).to_be_visible()
    (draft,) = await world.stores.drafts.of("mei")
    assert draft.text.endswith("  - when: {text: 你好}\n    reply: 您好\n")
    assert faults == []


async def test_the_head_has_no_stray_line_and_an_icon_stands_beside_its_word(
    mei: Staff, browser: Browser
) -> None:
    page = await opened(browser, mei)
    await expect(page.locator(".whoami")).to_have_css("border-top-width", "0px")
    link = page.get_by_role("link", name="加一句回答")
    await expect(link).to_have_css("justify-content", "center")


async def test_the_editor_offers_the_words_of_the_language(
    world: StaffWorld, mei: Staff, browser: Browser
) -> None:
    page = await opened(browser, mei)
    await to_the_end(page)
    await page.keyboard.insert_text("  - when: follow\n    ")
    await page.keyboard.type("rep")
    offered = page.locator(OFFERED).first
    await expect(offered).to_contain_text("reply")
    await page.keyboard.press("Enter")
    await page.keyboard.insert_text("歡迎")
    await expect(page.get_by_role("status")).to_have_text("已存進草稿")
    await expect(page.get_by_text("沒有錯誤，可以發布")).to_be_visible()
    (draft,) = await world.stores.drafts.of("mei")
    assert draft.text.endswith("  - when: follow\n    reply: 歡迎")


async def test_the_editor_offers_the_names_of_the_draft(mei: Staff, browser: Browser) -> None:
    """Those that another file has, and that were written just now."""
    page = await opened(browser, mei)
    await to_the_end(page)
    await page.keyboard.insert_text("cards: {coupon_of_may: {text: 85 折}}\n")
    await expect(page.get_by_role("status")).to_have_text("已存進草稿")
    await page.goto("/admin/playbook?file=rules%2Fsecond.yaml")
    await expect(page.locator(WRITTEN)).to_be_attached()
    await to_the_end(page)
    await page.keyboard.insert_text("  - when: {text: 券}\n    reply: ")
    await page.keyboard.type("cou")
    await expect(page.locator(OFFERED).first).to_contain_text("coupon_of_may")


async def test_the_list_of_words_takes_nothing_that_is_not_for_it(mei: Staff, browser: Browser) -> None:
    """Nor displaces a word that is written out (`codes` comes before `code` in the language)."""
    page = await opened(browser, mei)
    field = page.locator(WRITTEN)
    await to_the_end(page)
    await page.keyboard.insert_text("coupons:\n  折50:\n    for: 30d\n    ")
    await page.keyboard.type("code")
    await expect(page.locator(OFFERED)).to_have_count(2)
    await expect(page.locator(OFFERED).first).to_have_attribute("data-whole", re.compile(r"^code\b"))
    before = await field.input_value()
    await field.evaluate(COMPOSED)
    assert await field.input_value() == before
    await expect(page.locator(OFFERED)).to_have_count(2)
    await field.click(position={"x": 8, "y": 8})
    await expect(page.locator(OFFERED)).to_have_count(0)
    assert await field.input_value() == before


async def test_a_mistake_is_mended_by_a_button(mei: Staff, browser: Browser) -> None:
    """Behind an emoji, too; one Ctrl-Z takes it back, and what it makes is saved like typing."""
    page = await opened(browser, mei)
    await to_the_end(page)
    await page.keyboard.insert_text("  - {when: {text: 🙂嗨}, replay: 您好}  # 早安\n")
    mend = page.get_by_role("button", name="修好")
    await mend.click()
    assert "{when: {text: 🙂嗨}, reply: 您好}  # 早安\n" in await page.locator(WRITTEN).input_value()
    await expect(page.get_by_text("沒有錯誤，可以發布")).to_be_visible()
    await expect(mend).to_have_count(0)
    await page.keyboard.press("Control+z")
    assert "replay: 您好" in await page.locator(WRITTEN).input_value()
    await expect(mend).to_be_enabled()


async def test_keys_indent_and_lead_out_of_the_field(mei: Staff, browser: Browser) -> None:
    """A new line begins below the key before; what was typed can be undone."""
    page = await opened(browser, mei)
    field = page.locator(WRITTEN)
    await to_the_end(page)
    before = await field.input_value()
    await page.keyboard.insert_text("  - when: {text: 嗨}")
    await page.keyboard.press("Enter")
    await page.keyboard.insert_text("do:")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.insert_text("- reply: 您好")
    written = "  - when: {text: 嗨}\n    do:\n      - reply: 您好"
    assert await field.input_value() == before + written
    for _ in range(3):
        await page.keyboard.press("Shift+ArrowUp")
    await page.keyboard.press("Tab")
    assert "\n    - when: {text: 嗨}\n      do:\n        - reply: 您好" in await field.input_value()
    await page.keyboard.press("Control+z")
    assert await field.input_value() == before + written
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await expect(field).not_to_be_focused()


async def test_the_caret_is_where_the_line_is_drawn(mei: Staff, browser: Browser) -> None:
    """The field is as high as the copy of its lines, however signs wrap, and Enter stays in sight.

    After Esc for the list Tab leaves the field.
    """
    page = await opened(browser, mei)
    await to_the_end(page)
    await page.keyboard.insert_text("".join(f"# {'a' * n}{'「好的」。謝謝，' * 20}\n" for n in range(24)))
    for width in (390, 684, 1000, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        field, copy = await page.evaluate(HEIGHTS)
        assert field == copy, width
    for _ in range(30):
        await page.keyboard.press("Enter")
    assert await page.evaluate(IS_LAST_LINE_IN_SIGHT)
    await page.keyboard.type("rul")
    await expect(page.locator(OFFERED).first).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await expect(page.locator(WRITTEN)).not_to_be_focused()


async def test_on_a_phone_a_tap_takes_a_word_and_mends_a_mistake(mei: Staff, browser: Browser) -> None:
    page = await seen_by(mei, browser, PHONE)
    await page.goto(FIRST)
    field = page.locator(WRITTEN)
    await field.press("Control+End")
    await field.press_sequentially("  - {when: {text: 🙂嗨}, replay: 您好}")
    await page.get_by_role("button", name="修好").click()
    assert "{when: {text: 🙂嗨}, reply: 您好}" in await field.input_value()
    await field.press("Control+End")
    await page.keyboard.insert_text("\n  - when: follow\n    ")
    await field.press_sequentially("re")
    await page.locator(OFFERED).filter(has_text="reply").first.click()
    await expect(field).to_be_focused()
    await page.keyboard.insert_text("歡迎")
    assert (await field.input_value()).endswith("\n    reply: 歡迎")
    await expect(page.get_by_text("沒有錯誤，可以發布")).to_be_visible()
    await fits(page)


async def test_a_mistake_in_another_file_is_a_click_away(mei: Staff, browser: Browser) -> None:
    """Its place is a link, and the repair stands there."""
    page = await opened(browser, mei)
    await to_the_end(page)
    await page.keyboard.insert_text("  - {when: {text: 嗨}, replay: 您好}\n")
    await expect(page.get_by_role("button", name="修好")).to_be_visible()
    await page.goto("/admin/playbook?file=bot.yaml")
    await page.get_by_role("link", name="rules/first.yaml:6").click()
    await page.get_by_role("button", name="修好").click()
    await expect(page.get_by_text("沒有錯誤，可以發布")).to_be_visible()


async def test_without_a_network_nothing_written_is_lost(
    world: StaffWorld, mei: Staff, browser: Browser
) -> None:
    page = await opened(browser, mei)
    await page.context.set_offline(True)
    await to_the_end(page)
    await page.keyboard.insert_text("# 明天再寫\n")
    await expect(page.get_by_role("status")).to_contain_text("還沒存")
    assert await world.stores.drafts.of("mei") == []
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_role("status")).to_have_text("已存進草稿")
    (draft,) = await world.stores.drafts.of("mei")
    assert draft.text.endswith("# 明天再寫\n")


async def test_it_all_fits(mei: Staff, browser: Browser) -> None:
    page = await opened(browser, mei)
    await to_the_end(page)
    await page.keyboard.insert_text(f"  - whem: {{text: {'很長' * 300}}}\n")
    await expect(page.locator("[data-problems] .is-error").first).to_be_visible()
    await fits(page)
    for path in ("/admin/playbook/review", "/admin/playbook/versions"):
        await page.goto(path)
        await fits(page)
