"""I1, I2, I4, E1, E2, F7: broadcasts, forms, audiences and links in a browser, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.axe import held
from tests.playbooks import BOT
from tests.simulator.shop import Shop, open_shop, written

LONG = "無" * 40
WRITTEN = f"""
channels:
  main: {{id: forest, channel_id: "1", channel_secret: x, plan: {{monthly_fee: 0, included: 0, extra: 0.2}}}}
tags: {{VIP: {{added_by: staff}}}}
audiences: {{vips: {{title: "<b>熟客</b>{LONG}", if: {{tag: VIP}}}}}}
splits: {{文案: {{甲: 50, 乙: 50}}}}
testers: ["@amy"]
broadcasts:
  sale: {{title: "<img src=x onerror=alert(1)>{LONG}", to: everyone, push: [早安, 停止推播]}}
  tried:
    to: everyone
    split: 文案
    push: {{甲: [早安, 停止推播], 乙: ["{{{{ contact.name }}}}，早安", 停止推播]}}
  weekly: {{title: 每週, to: vips, push: [新品, 停止推播], every: week on mon at 10:00}}
rules: [{{when: {{text: 優惠}}, reply: 有}}]
links: {{stand: {{title: "{LONG}", send: 優惠}}}}
"""
ADDRESSES = (
    "/admin/broadcasts",
    "/admin/broadcasts/calendar",
    "/admin/broadcasts/one?name=sale",
    "/admin/broadcasts/one?name=tried",
    "/admin/broadcasts/report?name=sale",
    "/admin/forms",
    "/admin/audiences",
    "/admin/links",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with open_shop(written(tmp_path_factory.mktemp("sends"), BOT + WRITTEN)) as shop:
        for name in ("小美", "小安", "<b>阿德"):
            await shop.friend(name)
        yield shop


async def test_a_broadcast_is_sent_by_its_number_and_a_word(admin: Page, shop: Shop) -> None:
    """By its price and a typed word; what goes out, and that it is over, shows without loading anew."""
    watching = await admin.context.new_page()
    await watching.goto(f"{shop.address}/admin/broadcasts/one?name=sale")
    history = watching.locator("#past section").first.locator("li")
    before = await history.count()
    await admin.goto(f"{shop.address}/admin/broadcasts/one?name=sale")
    await admin.get_by_role("button", name="發送…").click()
    again = admin.get_by_label("再發一次給他們")
    if await again.count():
        await again.check()
    await expect(admin.get_by_text("NT$0.6").first).to_be_visible()
    await held(admin)
    await admin.get_by_label("請輸入「發送」確認").fill("發送")
    await admin.get_by_role("button", name="發送給 3 人").click()
    await expect(admin.get_by_role("status").get_by_text("開始發送")).to_be_visible()
    await expect(admin.get_by_role("heading", name="發送紀錄")).to_be_visible()
    await expect(history).to_have_count(before + 1)
    for address in ADDRESSES:
        await admin.goto(f"{shop.address}{address}")
        await held(admin)
