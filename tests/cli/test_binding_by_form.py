"""B1, L8: from a bot of one's own to a phone that is bound, in a browser: tried in the draft, then live."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import FrameLocator, Page, expect

from bot.operations.new_playbook.writing import write_own
from tests.axe import violations
from tests.cli.oaflow import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def binds(phone: FrameLocator | Page, number: str) -> None:
    """Somebody who binds a phone, with the code that comes at the top of it."""
    await phone.get_by_role("button", name="加入好友").click()
    for text in ("綁定手機", number):
        await phone.get_by_role("textbox", name="訊息").fill(text)
        await phone.get_by_role("button", name="傳送", exact=True).click()
    await phone.get_by_text("點一下，填入").click()
    await phone.get_by_role("button", name="傳送", exact=True).click()
    await expect(phone.get_by_role("log").get_by_text("綁好了，謝謝您")).to_be_visible()


async def test_from_a_new_bot_to_a_bound_phone(tmp_path: Path, desk: Page) -> None:
    folder = write_own(tmp_path, "tea", "春水茶舖", "營業時間", "每天 11:00–21:00", "zh-TW")
    async with serving(str(folder), "--simulator") as served:
        await desk.goto(f"{served.address}/admin/binding")
        await desk.get_by_role("button", name="試用管理員").click()
        await desk.get_by_role("link", name="讓客人綁定手機").click()
        await expect(desk.get_by_label("公司或商店的名稱")).to_have_value("春水茶舖")
        beside = desk.get_by_role("complementary", name="客人會收到")
        await desk.get_by_label("綁定完成後說什麼").fill("綁好了，謝謝您")
        await expect(beside.get_by_text("綁好了，謝謝您").first).to_be_visible()
        await desk.get_by_label("隱私權政策的網址").fill("https://tea.example/privacy")
        await desk.get_by_label("要找誰").fill("tea@tea.example")
        assert await violations(desk) == []
        await desk.get_by_role("button", name="放進我的草稿").click()

        await desk.get_by_role("button", name="試試看").click()
        await binds(desk.frame_locator("iframe.phone"), "0912345678")

        await desk.get_by_role("link", name="檢查並發布").click()
        await desk.get_by_role("button", name="發布", exact=True).first.click()
        await desk.wait_for_url("**/admin/binding")
        await desk.get_by_role("link", name="到手機上試試看").click()
        await desk.wait_for_url("**/simulator/**")
        await binds(desk, "0912345678")
        await desk.goto(f"{served.address}/admin/binding")
        await expect(desk.get_by_text("第一次綁定").first).to_be_visible()
        await desk.get_by_role("link", name="改客人看到的話").click()
        await expect(desk.get_by_label("綁定完成後說什麼")).to_have_value("綁好了，謝謝您")
