"""B: the ways through the members' pages, in Chromium, before `oaflow run --simulator` as it is."""

from __future__ import annotations

import asyncio
import itertools
import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.eventually import PATIENCE
from tests.simulator.lent_pages import PHONE, Pages, spoil
from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import LOCKED, WRONG, moved_away

_numbers = itertools.count(955_000_001)


@dataclass
class Telephone:
    """The telephone of one friend: its pages, its SMS, its chat."""

    shop: Shop
    page: Page
    friend: str
    last: str
    """The simulator's last change before anything was done."""

    async def opens(self, page: str) -> None:
        """The page's link in the chat is tapped: LIFF's first address, then its second."""
        launch = await self.shop.do(f"friends/{self.friend}/liff", {"page": page})
        await self.page.goto("about:blank")
        await self.page.goto(self.shop.address + launch["url"].removeprefix(self.shop.address))

    async def gives(self, phone: str, button: str = "同意並傳送驗證碼") -> None:
        await self.page.get_by_label("請輸入註冊會員時的手機號碼").fill(phone)
        await self.page.get_by_role("button", name=button, exact=True).click()
        await expect(self.code_field).to_be_visible()

    @property
    def code_field(self) -> Any:
        return self.page.get_by_label("請輸入簡訊裡的 6 位數驗證碼")

    async def code(self, number: int = 1) -> str:
        """The code of the SMS with this number, from 1, which is the last one."""
        texts: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while len(texts) < number:
                texts = [one["text"] for one in (await self.shop.get(f"friends/{self.friend}/sms"))["sms"]]
        assert len(texts) == number
        found = re.search(r"驗證碼 (\d{6})", texts[-1])
        assert found is not None
        return found[1]

    async def types(self, code: str) -> None:
        await self.code_field.fill(code)

    async def sees(self, title: str) -> None:
        await expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_visible()

    async def said(self, trigger: str) -> str:
        """What the bot answered to this trigger, which the page has said."""
        await self.shop.until(
            "message", self.last, lambda m: m["chat"] == self.friend and m["content"].get("text") == trigger
        )
        chat = await self.chat()
        assert chat.count(trigger) == 1
        return chat[chat.index(trigger) + 1]

    async def chat(self) -> list[str]:
        """What stands in the chat, on both sides, once everything is done."""
        await self.shop.rest()
        messages = (await self.shop.get(f"friends/{self.friend}/messages"))["messages"]
        return [str(one["content"].get("text", one["content"].get("altText"))) for one in messages]

    async def tags(self) -> list[str]:
        contact = await self.shop.get(f"friends/{self.friend}/contact")
        return [tag["name"] for tag in contact["tags"]]


@pytest_asyncio.fixture(loop_scope="session")
async def mei(shop: Shop, telephone: Page) -> Telephone:
    return await telephone_of(shop, telephone)


async def telephone_of(shop: Shop, page: Page, name: str = "小美", channel: str = "main") -> Telephone:
    """That of a new friend."""
    friend = await shop.friend(name, channel)
    return Telephone(shop, page, friend, (await shop.get("state"))["last"])


def nobody() -> str:
    """A number that no member has, and no other test here uses: limits count by number."""
    return f"0{next(_numbers)}"


async def put(one: Telephone, path: str, body: dict[str, Any]) -> None:
    async with one.shop.http.put(f"{one.shop.api}/{path}", json=body) as response:
        assert response.status == 200, await response.text()


async def member(one: Telephone) -> str:
    """The number of a new member of the shop; the member's own number ends like it."""
    phone = nobody()
    member = {"name": "陳美玲", "phone": phone, "tier": "金卡"}
    await put(one, f"shop/forest/members/8{phone[-3:]}", member)
    return phone


async def bound(one: Telephone, phone: str, trigger: str = "我已完成手機綁定") -> str:
    """The whole way; what the bot says in the end."""
    await one.opens("phone_binding")
    await one.gives(phone)
    await one.types(await one.code())
    await one.sees("完成了")
    return await one.said(trigger)


@pytest.mark.ring("test", "the walk of a member's page")
async def test_the_first_time(mei: Telephone) -> None:
    """Three inputs: the number, agreed to with the button, and the code; the answer in the chat is free."""
    assert "手機綁定成功" in await bound(mei, await member(mei))
    assert "已綁定" in await mei.tags()
    assert {sent["how"] for turn in await mei.shop.turns(mei.friend) for sent in turn["sent"]} == {"reply"}


async def test_no_such_member(mei: Telephone) -> None:
    """B4: said on the page, with which number, and in the chat; the next key begins another one there."""
    await mei.opens("phone_binding")
    unknown = nobody()
    await mei.gives(unknown)
    await mei.types(await mei.code())
    told = f"查無 09••••••{unknown[-2:]} 的會員資料。請改填註冊會員時的手機號碼。"
    await expect(mei.page.get_by_role("alert")).to_have_text(told)
    assert (await mei.said("我的手機綁定失敗了")).startswith("還不是會員的話")
    field, phone = mei.page.get_by_label("請輸入註冊會員時的手機號碼"), await member(mei)
    await expect(field).to_be_focused()
    await mei.page.keyboard.type(phone)
    await expect(field).to_have_value(f"{phone[:4]} {phone[4:7]} {phone[7:]}")
    await mei.page.get_by_role("button", name="傳送驗證碼", exact=True).click()
    await expect(mei.code_field).to_be_visible()
    await mei.types(await mei.code(2))
    await mei.sees("完成了")


async def test_a_phone_that_another_account_has(mei: Telephone) -> None:
    """B15: it moves here."""
    phone = await member(mei)
    await mei.shop.say(mei.friend, "手機綁定", phone)
    await mei.shop.say(mei.friend, await mei.code())
    assert "已綁定" in await mei.tags()
    second = await telephone_of(mei.shop, mei.page, "小美的新手機")
    await mei.shop.do("clock", {"by": "61s"})  # one SMS a minute for a number
    await bound(second, phone, "我的手機曾綁定其他帳號")
    await moved_away(mei.shop, mei.friend)
    await mei.opens("unbind")
    await mei.sees("您還沒有綁定手機")


async def test_the_code_is_sent_again(mei: Telephone) -> None:
    """After a minute; the first code is worth nothing then."""
    spoil(mei.page)
    await mei.page.clock.install()
    await mei.opens("phone_binding")
    await mei.gives(await member(mei))
    await mei.code()
    await mei.shop.do("clock", {"by": "61s"})
    await mei.page.clock.fast_forward(61_000)
    await mei.page.get_by_role("button", name="重新傳送驗證碼", exact=True).click()
    await expect(mei.page.get_by_role("button", name=re.compile("重新傳送驗證碼（"))).to_be_visible()
    await mei.types(await mei.code(2))
    await mei.sees("完成了")


async def test_already_bound_and_unbinding_and_again(mei: Telephone) -> None:
    """B17, B7: the tags go, and do not come again."""
    phone = await member(mei)
    await bound(mei, phone)
    await mei.opens("phone_binding")
    await mei.sees("完成了")
    assert await mei.said("我已綁定過手機") == "您已完成手機綁定囉！"
    await mei.opens("unbind")
    await mei.sees("要解除綁定嗎？")
    await expect(mei.page.get_by_text("這些標籤會移除：已綁定")).to_be_visible()
    await mei.page.get_by_role("button", name="解除綁定").click()
    await mei.sees("已解除綁定")
    await mei.shop.rest()
    assert "已綁定" not in await mei.tags()
    await mei.shop.do("clock", {"by": "61s"})
    await mei.opens("phone_binding")
    await mei.gives(phone, "傳送驗證碼")
    await mei.types(await mei.code(2))
    await mei.sees("完成了")
    assert "已綁定" not in await mei.tags()


async def test_two_telephones_at_once(mei: Telephone, pages: Pages) -> None:
    """Both see each step; one trigger is said, by the one that has answered."""
    async with pages.lend(PHONE) as other:
        second = replace(mei, page=other)
        await mei.opens("phone_binding")
        await second.opens("phone_binding")
        await expect(other.get_by_label("請輸入註冊會員時的手機號碼")).to_be_visible()
        await mei.gives(await member(mei))
        await expect(second.code_field).to_be_visible()
        await second.types(await mei.code())
        await second.sees("完成了")
        await mei.sees("完成了")
        await mei.said("我已完成手機綁定")


@pytest.mark.parametrize(
    "token", ["foreign", pytest.param("forged", marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_a_token_that_is_not_ours_opens_nothing(mei: Telephone, token: str) -> None:
    await put(mei, f"friends/{mei.friend}/liff", {"token": token})
    await mei.opens("phone_binding")
    await mei.sees("無法確認您的 LINE 身分")


async def test_outside_a_chat_the_result_comes_by_itself(mei: Telephone) -> None:
    """B5: pushed once, within a minute."""
    await put(mei, f"friends/{mei.friend}/liff", {"launched_from_chat": False})
    await mei.opens("phone_binding")
    await mei.gives(await member(mei))
    await mei.types(await mei.code())
    await expect(mei.page.get_by_text("結果會在一分鐘內傳到聊天室。")).to_be_visible()
    await mei.shop.do("clock", {"by": "61s"})
    chat = await mei.chat()
    assert "我已完成手機綁定" not in chat
    assert len([text for text in chat if "手機綁定成功" in text]) == 1


async def test_the_shop_is_down_and_nothing_is_lost(mei: Telephone) -> None:
    """B8: said so; when it is there again, the same way leads through."""
    phone = await member(mei)
    await mei.opens("phone_binding")
    await mei.gives(phone)
    code = await mei.code()
    await put(mei, "shop/forest/faults", {"answer": "not-json"})
    try:
        await mei.types(code)
        await mei.sees("會員系統忙碌中，請稍後再試（您的資料未變更）")
    finally:
        await put(mei, "shop/forest/faults", {})
    await mei.shop.do("clock", {"by": "61s"})
    await mei.page.get_by_role("button", name="再試一次").click()
    await mei.gives(phone, "傳送驗證碼")
    await mei.types(await mei.code(2))
    await mei.sees("完成了")


async def test_a_paused_page(shop: Shop, telephone: Page) -> None:
    """B8."""
    one = await telephone_of(shop, telephone, channel="outlet")
    await one.opens("store_referral")
    await one.sees("綁定連結暫時無法使用")


async def test_five_wrong_codes_and_the_same_phone_at_once(mei: Telephone) -> None:
    """R9 (B12): the seconds stand by the phone, which can be sent again; no field that only says *gone*."""
    phone = await member(mei)
    await mei.opens("phone_binding")
    await mei.gives(phone)
    code = await mei.code()
    alert = mei.page.get_by_role("alert")
    for told in WRONG:
        await mei.types("000000" if code != "000000" else "000001")
        await expect(mei.code_field).to_have_value("")  # it was compared
        await expect(alert).to_have_text(told)
    await mei.types("000000" if code != "000000" else "000001")
    await expect(alert).to_have_text(LOCKED)
    field = mei.page.get_by_label("請輸入註冊會員時的手機號碼")
    send = mei.page.get_by_role("button", name="傳送驗證碼", exact=True)
    await field.fill(phone)
    await send.click()
    await expect(alert).to_have_text(re.compile(r"請於 \d+ 秒後再試一次，就能取得驗證碼。"))
    await expect(field).to_be_visible()
    await mei.shop.do("clock", {"by": "61s"})
    await send.click()
    await mei.types(await mei.code(2))
    await mei.sees("完成了")


async def test_the_word_typed_while_the_page_is_open(mei: Telephone) -> None:
    """R7 (B13): answered in the chat, for free; the page says so, and takes it back."""
    phone = await member(mei)
    await mei.opens("phone_binding")
    await mei.gives(phone)
    code = await mei.code()
    await mei.shop.say(mei.friend, "手機綁定")
    assert (await mei.chat())[-1] == "請輸入簡訊裡的 6 位數驗證碼"
    await mei.sees("已改在聊天室進行")
    await mei.page.get_by_role("button", name="在這裡繼續").click()
    await mei.types(code)
    await mei.sees("完成了")
    assert {sent["how"] for turn in await mei.shop.turns(mei.friend) for sent in turn["sent"]} == {"reply"}


async def test_what_is_begun_on_the_page_is_ended_in_the_chat(mei: Telephone) -> None:
    """R7 (B13): the page that stands open shows how it has ended."""
    await mei.opens("phone_binding")
    await mei.gives(await member(mei))
    await mei.shop.say(mei.friend, "手機綁定", await mei.code())
    assert "手機綁定成功" in "".join(await mei.chat())
    await mei.sees("完成了")
    assert "我已完成手機綁定" not in await mei.chat()
