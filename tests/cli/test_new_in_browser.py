"""A bot of one's own from a browser alone: the simulator goes on with its folder. A1, L1"""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from tests.cli.oaflow import serving
from tests.eventually import eventually
from tests.simulator.lent_pages import spoil

FORM = {"name": "x", "asked": "y", "answer": "z", "folder": "my-shop"}
pytestmark = pytest.mark.asyncio(loop_scope="session")


def edit(folder: Path, before: str, after: str) -> None:
    """In an editor beside the console, in the one file that has it."""
    [file] = [one for one in folder.rglob("*.yaml") if before in one.read_text("utf-8")]
    file.write_text(file.read_text("utf-8").replace(before, after), "utf-8")


def record(folder: Path) -> None:
    """As the workbench does."""
    path = folder / "tests" / "scenarios" / "recorded.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("scenario: 停車\nsteps:\n  - user: 停車\n  - bot: 對面就有\n", "utf-8")


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
        await desk.get_by_label("客人最常問什麼").fill("營業時間、營業時間？、幾點開")
        answer = desk.get_by_label("機器人要怎麼回答")
        await answer.fill("{{ 六點 }}")
        await desk.get_by_role("button", name="建立，打開手機").click()
        await expect(desk.get_by_text("有特別的意思")).to_be_visible()
        await expect(desk.get_by_label("商店或官方帳號叫什麼名字")).to_have_value("阿美早餐店")
        await answer.fill("早上六點到下午一點")
        await desk.get_by_role("button", name="建立，打開手機").click()
        await desk.wait_for_url("**/simulator/**")
        await desk.get_by_role("button", name="加入好友").click()
        await desk.get_by_role("textbox", name="訊息").fill("幾點開？")  # as most write it
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_role("log").get_by_text("早上六點到下午一點")).to_be_visible()
        assert (shop.parent / "my-shop" / "rules" / "answers.yaml").is_file()

        await desk.get_by_role("link", name="建立我的機器人").click()
        await expect(desk.get_by_text("放在哪裡")).to_be_visible()  # signed in as in the bot of before
        await desk.get_by_role("button", name=shop.name).click()
        await desk.wait_for_url("**/simulator/**")
        await expect(desk.get_by_role("heading", name="森活選品")).to_be_visible()


async def test_an_answer_by_the_form_is_on_the_phone(shop: Path, desk: Page) -> None:
    """A1, L8: what nobody answered, from the workbench to published, and back by a link."""
    async with serving(str(shop), "--simulator") as served:
        await desk.goto(f"{served.address}/simulator/")
        await desk.get_by_role("button", name="加入好友").click()
        await desk.get_by_role("textbox", name="訊息").fill("你們收不收舊衣服呢")
        await desk.keyboard.press("Enter")
        await desk.get_by_role("link", name="寫這一句的回答").first.click()
        await desk.get_by_role("button", name="試用管理員").click()
        await desk.get_by_label("機器人要怎麼回答").fill("收，請拿到櫃台")
        await desk.get_by_role("button", name="放進我的草稿").click()
        await desk.get_by_role("button", name="發布").first.click()
        await expect(desk.locator(".flash")).to_contain_text("已發布")
        await expect(desk.get_by_role("heading", level=1)).to_have_text("這些已經上線")
        await expect(desk.get_by_text("客人說：你們收不收舊衣服呢")).to_be_visible()
        await expect(desk.get_by_text("收，請拿到櫃台")).to_be_visible()
        await expect(desk.get_by_role("link", name="再寫一句")).to_be_visible()
        await expect(desk.locator("nav.entries").get_by_role("link", name="手機")).to_be_visible()
        await desk.get_by_role("link", name="到手機上試試看").click()
        await desk.wait_for_url("**/simulator/**")
        await desk.get_by_role("textbox", name="訊息").fill("你們收不收舊衣服呢？")
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_role("log").get_by_text("收，請拿到櫃台")).to_be_visible()
        await desk.goto(f"{served.address}/admin")
        await desk.locator("nav.entries").get_by_role("link", name="手機").click()
        await desk.wait_for_url("**/simulator/**")


async def test_what_the_console_publishes_is_whose_it_is(shop: Path, desk: Page) -> None:
    """L8: also while the folder is followed; an edit that somebody saves there is still that."""
    async with serving(str(shop), "--simulator") as served:
        await desk.goto(f"{served.address}/admin/playbook/answer?asked=停車")
        await desk.get_by_role("button", name="試用管理員").click()
        await desk.get_by_label("機器人要怎麼回答").fill("對面就有")
        await desk.get_by_role("button", name="放進我的草稿").click()
        record(shop)
        await desk.get_by_role("button", name="發布").first.click()
        await desk.get_by_role("link", name="版本").click()
        row = desk.get_by_role("row").filter(has_text="進行中")
        await expect(row).to_contain_text("try-admin")
        await expect(row).to_contain_text("發布")
        await expect(row).not_to_contain_text("在資料夾儲存")
        await row.get_by_role("link", name="改了什麼").click()
        await expect(desk.get_by_text("客人說：停車")).to_be_visible()
        await desk.goto(f"{served.address}/admin/playbook/scenarios")
        await expect(desk.get_by_role("link", name="recorded.yaml")).to_be_visible()
        edit(shop, "reply: 對面就有", "reply: 沒有停車場")
        await desk.goto(f"{served.address}/admin/playbook/versions")
        edited = desk.get_by_role("row").filter(has_text="在資料夾儲存")

        async def shown() -> int:
            await desk.reload()
            return await edited.count()

        await eventually(shown, lambda found: found == 1)


async def test_what_takes_longer_than_usual_says_where_to_look(shop: Path, desk: Page) -> None:
    """A1: nobody is left with a page that waits for ever."""
    async with serving(str(shop), "--simulator") as served:
        await desk.goto(f"{served.address}/admin/sign-in?to=/admin/new")
        await desk.get_by_role("button", name="試用管理員").click()
        await desk.get_by_label("商店或官方帳號叫什麼名字").fill("阿美早餐店")
        await desk.get_by_label("客人最常問什麼").fill("幾點開")
        await desk.get_by_label("機器人要怎麼回答").fill("六點")
        await desk.route("**/admin/new/served", lambda route: route.abort())
        spoil(desk)
        await desk.clock.install()
        await desk.get_by_role("button", name="建立，打開手機").click()
        hint = desk.get_by_text("比平常久")
        await expect(desk.get_by_text("正在打開")).to_be_visible()
        await desk.clock.run_for(29_000)
        await expect(hint).to_be_hidden()
        await desk.clock.run_for(2_000)
        await expect(hint).to_contain_text("make run")
        await desk.unroute("**/admin/new/served")
        await desk.wait_for_url("**/simulator/**")


async def test_by_another_name_of_this_machine_nothing_is_written(shop: Path) -> None:
    """A page elsewhere may have its name point here (DNS rebinding); nobody is let in unsigned."""
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:
        for host in (None, "rebound.example"):
            headers = {} if host is None else {"Host": host}
            address = f"{served.address}/admin/new"
            async with http.post(address, data=FORM, headers=headers, allow_redirects=False) as refused:
                assert refused.status in (303, 403, 404), refused.status
    assert not (shop.parent / "my-shop").exists()
