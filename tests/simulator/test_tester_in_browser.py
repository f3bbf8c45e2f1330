"""E4, I2, L1: from a fresh bot to a broadcast on the tester's phone, in a browser alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.cli.main import main
from tests.axe import held
from tests.simulator.shop import Shop, open_shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """As `oaflow new` writes it: no friend, no broadcast, no tester."""
    folder = tmp_path_factory.mktemp("fresh") / "tea"
    about = ("--name", "春水茶舖", "--ask", "營業時間", "--answer", "每天 11:00–21:00")
    assert main(["new", str(folder), *about, "--language", "zh-TW"]) == 0
    async with open_shop(folder) as shop:
        yield shop


async def test_the_first_broadcast_reaches_a_tester_who_was_made_here(admin: Page, shop: Shop) -> None:
    await admin.goto(f"{shop.address}/admin/broadcasts/compose")
    await admin.get_by_label("名稱", exact=True).fill("週年慶")
    await admin.get_by_label("文字").first.fill("週年慶八折！")
    await admin.get_by_role("button", name="存進草稿").click()
    await admin.get_by_role("link", name="檢查並發布").first.click()
    await admin.get_by_role("button", name="發布").first.click()
    await expect(admin.get_by_role("heading", name="先發給測試人員")).to_be_visible()
    await expect(admin.get_by_text("main", exact=True)).to_have_count(0)
    await held(admin)
    async with admin.context.expect_page() as opened:
        await admin.get_by_role("link", name="打開手機").click()
    phone = await opened.value
    bubble = phone.locator(".bubble")
    await phone.get_by_role("button", name="加入好友").click()
    await expect(bubble.filter(has_text="歡迎加入春水茶舖")).to_be_visible()
    await admin.get_by_role("link", name="重新整理").click()
    await admin.get_by_role("button", name="把 小美 設為測試人員").click()
    await expect(admin.get_by_role("status").get_by_text("小美 現在是測試人員")).to_be_visible()
    await held(admin)
    await admin.get_by_role("button", name="發給測試人員").click()
    await expect(admin.get_by_text("已送出給小美")).to_be_visible()
    await expect(bubble.filter(has_text="〔測試〕週年慶")).to_be_visible()
    await expect(bubble.filter(has_text="週年慶八折！")).to_be_visible()
    await admin.get_by_role("link", name="管理測試人員").click()
    await held(admin)
    await admin.get_by_role("button", name="小美 不再是測試人員").click()
    await expect(admin.get_by_role("button", name="把 小美 設為測試人員")).to_be_visible()
