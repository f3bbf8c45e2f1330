"""K1: accounts in a browser, at a desk and on a phone, by axe's rules; a name as long as may be fits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.axe import violations
from tests.playbooks import BOT
from tests.simulator.lent_pages import DESK, PHONE
from tests.simulator.shop import Shop, open_shop, written
from tests.simulator.test_audit_and_unsent import WIDER, enters

STORES = """
channels: {main: {id: forest, channel_id: "1234567890", channel_secret: opaque}}
store_groups: {north: {title: 北部門市}}
stores: {xinyi: {title: 信義店, group: north}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with open_shop(written(tmp_path_factory.mktemp("accounts"), BOT + STORES)) as shop:
        yield shop


async def held(page: Page) -> None:
    assert await page.evaluate(WIDER) <= 0, page.url
    assert await violations(page) == [], page.url


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone", "desk"])
async def test_an_account_from_its_making_to_its_suspension(
    chromium: Browser, shop: Shop, size: ViewportSize, dark: bool
) -> None:
    """Its password is shown once; suspended, and let in again by the button that takes that back."""
    name = f"{'w' * 50}@{'d' if dark else 'l'}.example"
    page = await enters(chromium, shop, size, "zh-TW", dark)
    await page.goto(f"{shop.address}/admin/accounts")
    await page.get_by_label("登入名稱").fill(name)
    await page.get_by_label("角色").select_option(label="店長 · 信義店")
    await page.get_by_role("button", name="建立帳號").click()
    await expect(page.locator(".start")).to_be_visible()
    await held(page)
    await page.get_by_role("link", name="看這個帳號").click()
    await held(page)
    await page.get_by_role("button", name="停用", exact=True).click()
    await expect(page.get_by_role("status").get_by_text("已停用")).to_be_visible()
    await held(page)
    await page.get_by_role("button", name="復原").click()
    await expect(page.get_by_text("可以登入了")).to_be_visible()
    await page.goto(f"{shop.address}/admin/accounts")
    await expect(page.get_by_text("還沒設密碼").first).to_be_visible()
    await held(page)
    await page.context.close()
