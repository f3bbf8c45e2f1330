"""K1, K3: the audit log and what was not sent, in a browser at a desk and on a phone, by axe's rules."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.axe import held
from tests.playbooks import BOT
from tests.simulator.shop import Shop, open_shop, written
from tests.simulator.windows import admin_window

PLAYBOOK = """
channels: {main: {id: forest, channel_id: "1234567890", channel_secret: opaque}}
flows:
  gift:
    when: {tag_added: 禮}
    once_per: always
    if_late: send
    states: {等: {wait: 1h, next: 送}, 送: {push: 禮物來了，不想收到請輸入「停止推播」, end: true}}
rules: [{when: {text: 要}, do: [{reply: 好}, {add_tags: [禮]}]}]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """Where LINE has refused pushes, and what was done is in the log."""
    async with open_shop(written(tmp_path_factory.mktemp("unsent"), BOT + PLAYBOOK)) as shop:
        for number in range(5):
            await shop.say(await shop.friend(f"王小美{number}"), "要")
        await shop.do("channels/main/faults", {"answer": "quota"}, method="PUT")
        await shop.do("clock", {"by": "2h"})
        await shop.rest()
        await shop.do("channels/main/faults", {}, method="PUT")
        yield shop


@pytest.mark.parametrize("locale", ["zh-TW", "en"])
async def test_it_is_as_it_should_be(chromium: Browser, shop: Shop, locale: str) -> None:
    async with admin_window(chromium, shop, locale) as page:
        for path in (
            "/admin/unsent",
            "/admin/unsent/some?reason=quota",
            "/admin/audit",
            "/admin/audit?kind=erased",  # none
        ):
            await page.goto(f"{shop.address}{path}")
            await held(page)


async def test_what_was_refused_is_sent_once_more_and_stands_in_the_log(
    chromium: Browser, shop: Shop
) -> None:
    async with admin_window(chromium, shop) as page:
        await page.goto(f"{shop.address}/admin/unsent")
        await page.get_by_role("link", name="quota").click()
        await expect(page.get_by_role("heading", name=re.compile("再送一次：[1-5] 則"))).to_be_visible()
        await page.get_by_role("button", name="再送一次").click()
        await expect(page.get_by_role("status")).to_contain_text(re.compile("(完成|處理中) [1-5] 則"))
        await page.goto(f"{shop.address}/admin/audit?kind=resent")
        await page.get_by_role("link", name=re.compile("王小美[0-4]")).first.click()
        await expect(page.get_by_text("只看這位客人的紀錄")).to_be_visible()
