"""A bot of one's own from a browser alone: the simulator goes on with its folder. A1, L1"""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from tests.cli.oaflow import serving

FORM = {"name": "x", "asked": "y", "answer": "z", "folder": "my-shop"}
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_three_questions_and_it_answers_on_the_phone(shop: Path, desk: Page) -> None:
    async with serving(str(shop), "--simulator") as served:
        await desk.goto(f"{served.address}/simulator/")
        await desk.get_by_role("link", name="建立我的機器人").click()
        await expect(desk.get_by_role("button").first).to_have_text("試用管理員")
        await expect(desk.get_by_label("密碼")).to_be_hidden()
        await desk.get_by_text("用帳號密碼登入").click()
        await expect(desk.get_by_label("密碼")).to_be_visible()
        await desk.get_by_role("button", name="試用管理員").click()
        await desk.get_by_label("商店或官方帳號叫什麼名字").fill("阿美早餐店")
        await desk.get_by_label("客人最常問什麼").fill("營業時間、幾點開")
        answer = desk.get_by_label("機器人要怎麼回答")
        await answer.fill("{{ 六點 }}")
        await desk.get_by_role("button", name="建立，打開手機").click()
        await expect(desk.get_by_text("有特別的意思")).to_be_visible()
        await expect(desk.get_by_label("商店或官方帳號叫什麼名字")).to_have_value("阿美早餐店")
        await answer.fill("早上六點到下午一點")
        await desk.get_by_role("button", name="建立，打開手機").click()
        await desk.wait_for_url("**/simulator/")
        await desk.get_by_role("button", name="加入好友").click()
        await desk.get_by_role("textbox", name="訊息").fill("幾點開")
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_role("log").get_by_text("早上六點到下午一點")).to_be_visible()
        assert (shop.parent / "my-shop" / "rules" / "answers.yaml").is_file()

        await desk.get_by_role("link", name="建立我的機器人").click()
        await desk.get_by_role("button", name="管理員").click()
        await expect(desk.get_by_text("放在哪裡")).to_be_visible()
        await desk.get_by_role("button", name=shop.name).click()
        await desk.wait_for_url("**/simulator/")
        await expect(desk.get_by_role("heading", name="森活選品")).to_be_visible()


async def test_by_another_name_of_this_machine_nothing_is_written(shop: Path) -> None:
    """A page elsewhere may have its name point here (DNS rebinding); nobody is let in unsigned."""
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:
        for host in (None, "rebound.example"):
            headers = {} if host is None else {"Host": host}
            address = f"{served.address}/admin/new"
            async with http.post(address, data=FORM, headers=headers, allow_redirects=False) as refused:
                assert refused.status in (303, 403, 404), refused.status
    assert not (shop.parent / "my-shop").exists()
