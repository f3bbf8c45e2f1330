"""E1, E2 as a person plays them: greeted, 「填寫資料」, a question a screen, all answers, sent, thanked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.simulator.lent_pages import Pages
from tests.simulator.phone.player import Player, in_the_hand
from tests.simulator.shop import Shop

SAID = "我已填寫客戶資料"
THANKS = "感謝填寫！已為您更新資料。"


class Filler(Player):
    """Who fills in a form."""

    async def opens_form(self) -> None:
        """By the greeting's quick reply."""
        await self.page.locator("#quick-replies, .quick").get_by_text("填寫資料").first.click()

    async def is_asked(self, question: str) -> None:
        await expect(self.liff.locator("h1")).to_contain_text(question)

    async def presses(self, name: str) -> None:
        await self.liff.get_by_role("button", name=name, exact=True).click()


@pytest_asyncio.fixture(loop_scope="session")
async def filler(shop: Shop, pages: Pages) -> AsyncIterator[Filler]:
    async with in_the_hand(shop, pages, await shop.friend()) as player:
        yield Filler(player.page, shop, player.friend)


@pytest.mark.ring("test", "the walk of the phone")
async def test_from_the_greeting_to_the_thanks(filler: Filler) -> None:
    """Wrong answers are met, the page is closed and goes on, an answer is changed, the result is free."""
    await filler.opens_form()
    await filler.is_asked("您的生日是哪一天？")
    await expect(filler.liff.get_by_text("第 1 題，共 6 題")).to_be_visible()
    await filler.liff.locator("input[type=date]").fill("2099-01-01")
    await filler.presses("下一步")
    await expect(filler.liff.locator(".error")).to_contain_text("不能晚於")
    await filler.liff.locator("input[type=date]").fill("1990-05-20")
    await filler.presses("下一步")
    await filler.is_asked("您的膚質是哪一種？")
    await expect(filler.liff.locator(".resumed")).to_have_count(0)
    await filler.page.reload()
    await filler.opens_form()
    await filler.is_asked("您的膚質是哪一種？")
    await expect(filler.liff.locator(".resumed")).to_have_text("歡迎回來，之前填的都在，請從這裡繼續。")
    await filler.presses("油性")
    await filler.is_asked("感興趣的系列")
    await filler.presses("上一題")
    await filler.is_asked("您的膚質是哪一種？")
    await expect(filler.liff.locator(".chosen")).to_have_text("油性")
    await filler.presses("乾性")
    await filler.liff.get_by_label("保養").check()
    await filler.presses("下一步")
    await filler.is_asked("您的電子信箱")
    await filler.liff.locator("input").fill("amy@forest")
    await filler.presses("上一題")
    await filler.is_asked("感興趣的系列")
    await filler.presses("上一題")
    await filler.is_asked("您的膚質是哪一種？")
    await filler.presses("下一題")  # with what is chosen
    await filler.is_asked("感興趣的系列")
    await expect(filler.liff.get_by_label("保養")).to_be_checked()
    await filler.presses("下一步")
    await filler.is_asked("您的電子信箱")
    await expect(filler.liff.locator("input")).to_have_value("amy@forest")
    await filler.presses("同意並繼續")
    await expect(filler.liff.locator(".error")).to_contain_text("請輸入完整的電子郵件")
    await filler.liff.locator("input").fill("<b>amy</b>@forest.example")
    await filler.presses("同意並繼續")
    await expect(filler.liff.locator(".error")).to_contain_text("請輸入完整的電子郵件")
    await filler.liff.locator("input").fill("amy@forest.example")
    await filler.presses("同意並繼續")
    await filler.is_asked("方便聯絡的時間")
    await filler.presses("這題不填")
    await filler.presses("同意")
    await filler.is_asked("請確認內容")
    rows = await filler.liff.locator(".given-row dd").all_text_contents()
    assert rows == ["1990年5月20日", "乾性", "保養", "amy@forest.example", "未填", "同意"]
    await filler.liff.get_by_role("button", name="修改：您的生日是哪一天？").click()
    await filler.liff.locator("input[type=date]").fill("1991-05-20")
    await filler.presses("下一步")
    await expect(filler.liff.get_by_text("1991年5月20日")).to_be_visible()
    await filler.presses("送出")
    await filler.has_heard(SAID)
    await filler.has_heard(THANKS)
    messages = (await filler.shop.get(f"friends/{filler.friend}/messages"))["messages"]
    assert [(m["via"], m["content"].get("text")) for m in messages][-2:] == [
        ("friend", SAID),
        ("reply", THANKS),
    ]
