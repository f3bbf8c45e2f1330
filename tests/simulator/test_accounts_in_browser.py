"""K1: accounts in a browser, at a desk and on a phone, by axe's rules; a name as long as may be fits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.axe import held
from tests.playbooks import BOT
from tests.simulator.shop import Shop, open_shop, written

STORES = """
channels: {main: {id: forest, channel_id: "1234567890", channel_secret: opaque}}
store_groups: {north: {title: 北部門市}}
stores: {xinyi: {title: 信義店, group: north}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with open_shop(written(tmp_path_factory.mktemp("accounts"), BOT + STORES)) as shop:
        yield shop


async def test_an_account_from_its_making_to_its_suspension(admin: Page, shop: Shop) -> None:
    """Its password is shown once; suspended, and let in again by the button that takes that back."""
    name = f"{'w' * 48}@{await admin.evaluate('innerWidth')}.example"
    await admin.goto(f"{shop.address}/admin/accounts")
    await admin.get_by_label("登入名稱").fill(name)
    await admin.get_by_label("角色").select_option(label="店長 · 信義店")
    await admin.get_by_role("button", name="建立帳號").click()
    await expect(admin.locator(".start")).to_be_visible()
    await held(admin)
    await admin.get_by_role("link", name="看這個帳號").click()
    await held(admin)
    await admin.get_by_role("button", name="停用", exact=True).click()
    await expect(admin.get_by_role("status").get_by_text("已停用")).to_be_visible()
    await held(admin)
    await admin.get_by_role("button", name="復原").click()
    await expect(admin.get_by_text("可以登入了")).to_be_visible()
    await admin.goto(f"{shop.address}/admin/accounts")
    await expect(admin.get_by_text("還沒設密碼").first).to_be_visible()
    await held(admin)
