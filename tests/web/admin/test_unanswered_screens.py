"""N7: unanswered questions in Chromium: opened by keys, answered, ignored and back, all within the window."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import HOSTILE, PHONE, fits, seen_by
from tests.web.admin.unanswered_world import UnansweredWorld, unanswered_world

ASKED = {"可以外帶嗎": 3, "請問可以外帶嗎？": 1, "你們營業時間": 2, HOSTILE: 1, "地址": 2}


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> UnansweredWorld:
    return await unanswered_world(worlds, tmp_path, ASKED)


async def opened(world: UnansweredWorld, browser: Browser) -> Page:
    staff = await world.staff.signed_in(await world.staff.account("supervisor", "mei"))
    page = await seen_by(staff, browser, PHONE)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto("/admin/unanswered")
    return page


async def test_a_question_is_opened_by_keys_and_its_answer_is_in_the_draft(
    world: UnansweredWorld, browser: Browser
) -> None:
    page = await opened(world, browser)
    await fits(page)
    question = page.locator("details.question", has=page.get_by_text("可以外帶嗎", exact=True))
    await question.locator("summary").first.press("Enter")
    await expect(question.get_by_text("請問可以外帶嗎？")).to_be_visible()
    closed = page.locator("details.question:not([open]) > summary")
    while await closed.count():
        await closed.first.click()
    await fits(page)
    await question.get_by_role("button", name="寫這一句的回答").click()
    await expect(page.get_by_label("客人會怎麼說")).to_have_value("可以外帶")
    await expect(page.get_by_role("radio", name="句子裡有這幾個字就回答")).to_be_checked()
    await fits(page)
    await page.get_by_label("機器人要怎麼回答").fill("都可以")
    await page.get_by_role("button", name="放進我的草稿").click()
    await expect(page.get_by_role("status").filter(has_text="草稿")).to_be_visible()
    [draft] = await world.staff.stores.drafts.of("mei")
    assert "  - when: {text_contains: 可以外帶}\n    reply: 都可以\n" in draft.text
