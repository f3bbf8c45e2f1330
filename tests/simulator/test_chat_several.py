"""E3: several chats of a list at once: forty by keys alone, at a desk and on a phone; costs first."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.axe import violations
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.shop import Shop, open_shop, written
from tests.simulator.windows import new_window, sign_in

PLAYBOOK = """
bot: 森活選品
timezone: Asia/Taipei
database: embedded
channels:
  main:
    {id: "@forest", app_name: 森活, channel_id: "1", channel_secret: x, access_token: t, staff: console,
     plan: {monthly_fee: 800, included: 4000, extra: 0.2}}
tags:
  VIP: {added_by: staff}
  團購主: {added_by: staff}
rules:
  - {when: {text: 找客服}, do: [{reply: 馬上為您轉接}, {hand_over: 請看對話}]}
  - {when: {tag_added: VIP}, push: 歡迎成為 VIP}
  - {when: anything_else, reply: 看不懂}
"""
WAITING = 40


async def at_list(page: Page, shop: Shop, number: int, which: str = "waits") -> None:
    await page.goto(f"{shop.address}/admin/chat?list={which}")
    await expect(page.locator("a.one-chat")).to_have_count(number)


async def test_forty_are_worked_off_by_keys(tmp_path: Path, chromium: Browser) -> None:
    """Five ticked and the rest of them as far as another; taken over; what a colleague has is left out."""
    async with open_shop(written(tmp_path / "shop", PLAYBOOK)) as shop:
        for number in range(WAITING):
            await shop.say(await shop.friend(f"客人{number:02}"), "找客服")
        async with new_window(chromium, DESK) as amy, new_window(chromium, DESK) as ben:
            with complaints(amy) as broken:
                await sign_in(amy, shop.address, "agent")
                await at_list(amy, shop, WAITING)
                await sign_in(ben, shop.address, "admin")
                await at_list(ben, shop, WAITING)
                rows, bar = amy.locator("a.one-chat"), amy.get_by_role("form", name="一次處理多個")
                await amy.keyboard.press("x")
                await expect(bar).to_contain_text("已選 1 個")
                for _ in range(4):
                    await amy.keyboard.press("j")
                await expect(rows.nth(4)).to_be_focused()
                await amy.keyboard.press("Shift+X")
                await expect(bar).to_contain_text("已選 5 個")
                assert await violations(amy) == []
                await amy.keyboard.press("t")
                await amy.keyboard.press("Enter")
                await expect(bar).to_contain_text("完成 5 個對話")
                await expect(rows).to_have_count(WAITING - 5)

                await ben.keyboard.press("a")
                await ben.keyboard.press("e")
                await ben.keyboard.press("Enter")
                theirs = ben.get_by_role("form", name="一次處理多個")
                await expect(theirs).to_contain_text(f"完成 {WAITING - 5} 個對話", timeout=60_000)
                await expect(rows).to_have_count(0)
                await at_list(ben, shop, 5, "has")
                await ben.keyboard.press("a")
                await ben.keyboard.press("e")
                await ben.keyboard.press("Enter")
                await expect(theirs).to_contain_text("完成 0 個對話")
                await expect(theirs).to_contain_text("客人00：這段對話由同事處理中")
                await expect(theirs).to_contain_text("已選 5 個")
                await ben.keyboard.press("Escape")
                await expect(theirs).to_be_hidden()
            assert broken == []


async def test_on_a_phone_what_is_sent_is_told_first(tmp_path: Path, chromium: Browser) -> None:
    """A press ticks, and opens nothing; VIPs would get a message, which is said with its price."""
    async with open_shop(written(tmp_path / "shop", PLAYBOOK)) as shop:
        friends = [await shop.friend(name) for name in ("小美", "阿明", "小華")]
        for one in friends:
            await shop.say(one, "找客服")
        async with new_window(chromium, PHONE, has_touch=True) as page:
            with complaints(page) as broken:
                await sign_in(page, shop.address, "agent")
                await at_list(page, shop, 3)
                await page.get_by_role("button", name="選取多個").tap()
                rows, bar = page.locator("a.one-chat"), page.get_by_role("form", name="一次處理多個")
                await rows.nth(0).tap()
                await rows.nth(1).tap()
                await expect(bar).to_contain_text("已選 2 個")
                await bar.get_by_label("要做什麼").select_option("tag:VIP")
                await bar.get_by_role("button", name="執行", exact=True).tap()
                await expect(bar).to_contain_text("有 2 位客人會收到訊息：2 次推播，最多 NT$0.4")
                assert await violations(page) == []
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                for one in friends:
                    assert "歡迎成為 VIP" not in await shop.texts(one)
                await bar.get_by_label("要做什麼").select_option("tag:團購主")
                await bar.get_by_role("button", name="執行", exact=True).tap()
                await expect(bar).to_contain_text("完成 2 個對話")
                await bar.get_by_role("button", name="全選").tap()
                await bar.get_by_label("要做什麼").select_option("tag:VIP")
                await bar.get_by_role("button", name="執行", exact=True).tap()
                await bar.get_by_role("button", name="執行並送出").tap()
                await expect(bar).to_contain_text("完成 3 個對話")
                await shop.rest()
                for one in friends:
                    assert (await shop.texts(one)).count("歡迎成為 VIP") == 1
                await page.get_by_label("標籤", exact=True).select_option("團購主")
                await expect(rows).to_have_count(2)
            assert broken == []
