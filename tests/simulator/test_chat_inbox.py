"""E6: one inbox: the number beside *Chat* is what the list shows, of all accounts, also after a night."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.axe import violations
from tests.simulator.lent_pages import DESK, PHONE, complaints
from tests.simulator.shop import open_shop, written
from tests.simulator.windows import new_window, sign_in

PLAYBOOK = """
bot: 森活選品
timezone: Asia/Taipei
database: embedded
channels:
  main: {id: "@forest", app_name: 森活, channel_id: "1", channel_secret: x, access_token: t, staff: console}
  outlet: {id: "@outlet", app_name: 暢貨, channel_id: "2", channel_secret: y, access_token: t, staff: console}
rules:
  - {when: {text: 找客服}, do: [{reply: 馬上為您轉接}, {hand_over: 請看對話}]}
  - {when: anything_else, reply: 看不懂}
"""


async def levels(page: Page) -> list[tuple[str, str]]:
    """What each row says of the customer, and from which minutes on it has waited."""
    return [
        (
            await row.locator(".last-said").inner_text(),
            str(await row.locator("[data-waits]").get_attribute("data-waits")),
        )
        for row in await page.locator("a.one-chat").all()
    ]


async def test_after_a_night_all_accounts_stand_in_one_list(tmp_path: Path, chromium: Browser) -> None:
    """A choice of another page empties nothing; one of this page counts; own words, not the bot's."""
    async with open_shop(written(tmp_path / "shop", PLAYBOOK)) as shop:
        first = await shop.friend("小美")
        await shop.say(first, "我的包裹破了", "找客服")
        await shop.do("clock", {"by": "13h"})
        await shop.say(first, "早安")
        for name, channel, minutes in (
            ("阿明", "outlet", "20m"),
            ("小華", "main", "5m"),
            ("阿芳", "outlet", "0s"),
        ):
            await shop.say(await shop.friend(name, channel), "找客服")
            await shop.do("clock", {"by": minutes})
        async with new_window(chromium, DESK) as page:
            with complaints(page) as broken:
                await sign_in(page, shop.address, "admin")
                await page.goto(f"{shop.address}/admin/menus?channel=outlet")
                await page.goto(f"{shop.address}/admin/chat")
                await expect(page.locator("a.one-chat")).to_have_count(4)
                await expect(page.locator(".side [data-count=waiting]")).to_have_text("4")
                assert await levels(page) == [
                    ("早安", "60"),
                    ("找客服", "15"),
                    ("找客服", "1"),
                    ("找客服", "0"),
                ]
                assert await violations(page) == []
                await page.locator("a.one-chat").first.click()
                await expect(page.locator(".turn")).to_contain_text("客人還在等")
                await page.goto(f"{shop.address}/admin/chat?channel=outlet")
                await expect(page.locator("a.one-chat")).to_have_count(2)
                await page.locator(".lists .tab").filter(has_text="等待中").click()
                await expect(page.locator("a.one-chat")).to_have_count(2)
                await page.set_viewport_size(PHONE)
                await page.goto(f"{shop.address}/admin/chat")
                await expect(page.locator("a.one-chat")).to_have_count(4)
            assert broken == []
