"""K1, K3: the audit log and what was not sent, in a browser at a desk and on a phone, by axe's rules."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from itertools import product

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.axe import violations
from tests.depth import one_of
from tests.playbooks import BOT
from tests.simulator.lent_pages import DESK, PHONE
from tests.simulator.shop import Shop, open_shop, written

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
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


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


async def enters(chromium: Browser, shop: Shop, size: ViewportSize, locale: str, dark: bool) -> Page:
    window = await chromium.new_context(
        locale=locale, viewport=size, color_scheme="dark" if dark else "light", bypass_csp=True
    )  # axe is a script of its own
    page = await window.new_page()
    await page.goto(f"{shop.address}/admin/sign-in")
    await page.get_by_role("button", name="管理員" if locale == "zh-TW" else "Admin").click()
    await page.wait_for_url(f"{shop.address}/admin")
    return page


@pytest.mark.parametrize(
    ("size", "locale", "dark"), one_of(3, product((PHONE, DESK), ("zh-TW", "en"), (False, True)))
)
async def test_it_is_as_it_should_be(
    chromium: Browser, shop: Shop, size: ViewportSize, locale: str, dark: bool
) -> None:
    page = await enters(chromium, shop, size, locale, dark)
    for path in PAGES.values():
        await page.goto(f"{shop.address}{path}")
        assert await page.evaluate(WIDER) <= 0, path
        assert await violations(page) == [], path
    await page.context.close()


PAGES: Mapping[str, str] = {
    "unsent": "/admin/unsent",
    "some": "/admin/unsent/some?reason=quota",
    "audit": "/admin/audit",
    "none": "/admin/audit?kind=erased",
}


async def test_what_was_refused_is_sent_once_more_and_stands_in_the_log(
    chromium: Browser, shop: Shop
) -> None:
    page = await enters(chromium, shop, DESK, "zh-TW", False)
    await page.goto(f"{shop.address}/admin/unsent")
    await page.get_by_role("link", name="quota").click()
    await expect(page.get_by_role("heading", name=re.compile("再送一次：[1-5] 則"))).to_be_visible()
    await page.get_by_role("button", name="再送一次").click()
    await expect(page.get_by_role("status")).to_contain_text(re.compile("(完成|處理中) [1-5] 則"))
    await page.goto(f"{shop.address}/admin/audit?kind=resent")
    await page.get_by_role("link", name=re.compile("王小美[0-4]")).first.click()
    await expect(page.get_by_text("只看這位客人的紀錄")).to_be_visible()
    await page.context.close()
