"""L8: scenarios of a draft played with a click and shown as conversations, in Chromium."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest_asyncio
from aiohttp import FormData
from playwright.async_api import Browser, expect
from yarl import URL

from bot.web.admin.cookies import proof
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import editing
from tests.web.admin.screens import PHONE, fits, seen_by
from tests.web.admin.staff_world import Staff, StaffWorld

FILES = {
    "rules/third.yaml": """\
rules:
  - when: {text: 多謝}
    do:
      - reply: {text: 不客氣！還想看什麼？, quick_replies: [營業時間, 地址]}
      - add_tags: [有禮貌]
""",
    "tests/scenarios/hours.yaml": (
        "scenario: 問營業時間\nsteps:\n  - user: 多謝\n  - bot: 不客氣！還想看什麼？\n"
        "  - wait: 2d\n  - user: 營業時間\n  - bot: 每天 11:00\n"
    ),
    "tests/scenarios/wrong.yaml": "scenario: 問地址\nsteps:\n  - user: 地址\n  - bot: 忠孝東路\n",
}


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


async def put(who: Staff, path: str, text: str) -> None:
    """Upload it into the draft, as the page's form does."""
    form = FormData({"proof": proof(who.held), "act": "upload", "folder": path.rpartition("/")[0]})
    form.add_field("file", BytesIO(text.encode()), filename=path.rpartition("/")[2])
    async with who.http.post(who.url.join(URL("/admin/playbook/file")), data=form) as answer:
        assert answer.status == 200


async def test_scenarios_are_conversations(world: StaffWorld, browser: Browser) -> None:
    """One holds and one does not: what was expected stands beside what came, and leads to its line."""
    staff = await world.signed_in(await world.account("admin", "mei"))
    for path, text in FILES.items():
        await put(staff, path, text)
    page = await seen_by(staff, browser, PHONE)
    await page.goto("/admin/playbook/scenarios")
    await page.get_by_role("button", name="執行").click()
    await expect(page.get_by_role("status")).to_have_text("沒通過的測試對話：2 段裡有 1 段")
    wrong = page.locator(".scenario.fails")
    await expect(wrong.locator(".is-missing")).to_contain_text("忠孝東路")
    await expect(wrong.locator(".is-extra")).to_contain_text("信義路")
    await expect(wrong.get_by_role("link", name="wrong.yaml")).to_have_attribute(
        "href", "/admin/playbook?file=tests%2Fscenarios%2Fwrong.yaml#line-4"
    )
    await page.locator(".scenario.holds summary").click()
    right = page.locator(".scenario.holds")
    await expect(right.locator(".spoken-tap")).to_have_text(["營業時間", "地址"])
    await expect(right.get_by_text("貼上標籤「有禮貌」")).to_be_visible()
    await fits(page)
    await expect(wrong.locator(".was")).to_have_text("忠孝東路")
    await expect(wrong.locator(".now")).to_have_text("信義路")
    await page.goto("/admin/playbook/review")
    await expect(page.get_by_role("heading", name="沒通過的測試對話")).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name="更新測試對話").click()
    await expect(page.locator(".flash")).to_contain_text("改成現在的回答了")
    await expect(page.get_by_role("heading", name="沒通過的測試對話")).to_be_hidden()
    await expect(page.locator(".lines-of .is-new").filter(has_text="信義路").first).to_be_visible()
    await fits(page)
