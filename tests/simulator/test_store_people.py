"""D6: the whole way in the simulator: a code is scanned, and the clerk finds who has scanned it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.simulator.shop import Shop, open_shop, worked_example


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One of this module's own: a clerk of it is suspended."""
    async with open_shop(worked_example(tmp_path_factory.mktemp("people") / "shop")) as shop:
        await shop.until_night()
        yield shop


async def test_who_scans_is_found_by_their_clerk_until_that_is_suspended(
    shop: Shop, chromium: Browser
) -> None:
    friend = await shop.friend()
    await shop.do("shop/forest/members/9071", {"phone": "0912300071"}, method="PUT")
    await shop.do(f"friends/{friend}/staff", {"binds": "0912300071"})
    await shop.rest()
    window = await chromium.new_context(locale="zh-TW", viewport={"width": 390, "height": 844})
    page = await window.new_page()
    await page.goto(f"{shop.address}/admin")
    await page.get_by_role("button", name="門市人員").click()
    await page.get_by_role("link", name="我的 QR code").first.click()
    [clerk] = [
        one for one in (await shop.get(f"friends/{friend}/clerks"))["clerks"] if one["number"] == "S02"
    ]
    await expect(page.get_by_text(clerk["code"])).to_be_visible()
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await page.get_by_role("link", name="客人").first.click()
    await expect(page.get_by_text("這裡還沒有客人")).to_be_visible()

    await shop.say(friend, f"聯絡專員 {clerk['code']}")
    await shop.rest()
    await page.reload()
    person = page.get_by_role("link", name=re.compile("09•+71"))
    await expect(person).to_be_visible()
    await person.click()
    await expect(page.get_by_text("板橋店")).to_be_visible()
    await searched(page, "071")
    await expect(person).to_be_visible()
    await searched(page, "沒有這個人")
    await expect(page.get_by_text("找不到；這裡只列出有門市人員的客人")).to_be_visible()

    await shop.do("clerks/S02", {"suspended": True}, method="PUT")
    await page.goto(f"{shop.address}/admin/people")
    await expect(page).to_have_url(re.compile("/admin/sign-in"))
    await window.close()


async def searched(page: Page, written: str) -> None:
    await page.get_by_role("link", name="客人").first.click()
    await page.get_by_role("searchbox").fill(written)
    await page.get_by_role("button", name="搜尋").click()
