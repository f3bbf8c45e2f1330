"""C3, C9: the app is installed from the shop's side, in a real browser, and removed there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.simulator.lent_pages import PHONE
from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.windows import new_window

OFFICE = "/simulator/shop/cyberbiz/forest_outlet/office"
LINKED = "/admin/shops/forest_outlet"


def with_app(folder: Path) -> Path:
    """The worked example, with the lines of its second shop that stand there behind a #."""
    for part in (worked_example(folder) / "bot.yaml", folder / "rules" / "data.yaml"):
        text, lines = re.subn(r"# ((?:shop: )?forest_outlet)(?=[:\n ])", r"\1", part.read_text("utf-8"))
        assert lines == 1
        part.write_text(text, "utf-8")
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(with_app(tmp_path / "shop")) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """On a telephone, of somebody who reads Chinese."""
    async with new_window(chromium, PHONE) as window:
        yield window


async def agreed(page: Page) -> None:
    """On both sides: ours, and then the shop's."""
    await page.get_by_label("團隊同意條款").check()
    await page.get_by_role("button", name="同意並前往 CYBERBIZ 授權").press("Enter")
    await expect(page.get_by_text("想要存取")).to_be_visible()
    await page.get_by_label("我同意條款").check()
    await page.get_by_role("button", name="同意並安裝").press("Enter")


async def test_the_app_is_installed_from_the_market_and_removed_there(shop: Shop, page: Page) -> None:
    """「已成功編輯資料」, then 「同步資訊」; what goes wrong on the way says what to do."""
    await page.goto(f"{shop.address}{OFFICE}")
    await page.get_by_label("玩一個錯誤").select_option("plan")
    await page.get_by_role("button", name="套用").click()
    await expect(page.get_by_label("玩一個錯誤")).to_have_value("plan")
    await page.get_by_role("link", name="安裝應用程式").click()
    await page.get_by_role("button", name="主管", exact=True).click()
    await expect(page.get_by_role("link", name="看條款內容")).to_be_visible()
    await agreed(page)
    await expect(page.get_by_role("alert")).to_have_text("商店的 CYBERBIZ 方案不能使用這個應用程式")

    await page.goto(f"{shop.address}{OFFICE}")
    await page.get_by_label("玩一個錯誤").select_option("none")
    await page.get_by_role("button", name="套用").click()
    await expect(page.get_by_label("玩一個錯誤")).to_have_value("none")
    await page.get_by_role("link", name="進入").click()
    await agreed(page)
    await expect(page.get_by_role("status")).to_have_text("已安裝應用程式，還差一步")
    await page.get_by_role("button", name="選擇這個帳號").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("已成功編輯資料")
    await page.get_by_role("button", name="同步資訊").press("Enter")
    await expect(page.get_by_text("同步了 2 位會員")).to_be_visible()

    await page.goto(f"{shop.address}{OFFICE}")
    await page.get_by_role("link", name="進入").click()
    await expect(page).to_have_url(re.compile(f"{LINKED}$"))
    await page.goto(f"{shop.address}{OFFICE}")
    await page.get_by_role("button", name="移除擴充功能").click()
    await expect(page.get_by_role("status")).to_contain_text("對方回答 200")
    await shop.rest()
    await page.goto(f"{shop.address}{LINKED}")
    await expect(page.get_by_text("已解除串接")).to_be_visible()
