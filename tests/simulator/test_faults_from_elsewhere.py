"""A fault that is switched in another window or over the interface shows in an open workbench. L4."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.simulator.shop import Shop, open_shop, worked_example

FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("sms", {"fault": "silence"}, "簡訊：寄出了，但沒有回應"),
    ("sms", {"credit": 0}, "簡訊：簡訊點數用完"),
    ("shop/forest/faults", {"answer": "500"}, "商店「forest」：500 內部錯誤"),
    ("channels/outlet/faults", {"answer": "429"}, "429 太多請求"),
    ("friends/ID/liff", {"token": "expired"}, "登入憑證過期"),
]


@asynccontextmanager
async def _opened(folder: Path, browser: Browser) -> AsyncIterator[tuple[Shop, Page, str]]:
    async with open_shop(worked_example(folder / "shop")) as shop:
        other = await shop.friend("阿明")
        page = await (await browser.new_context(viewport={"width": 1440, "height": 900})).new_page()
        await page.goto(f"{shop.address}/simulator/?friend={await shop.friend()}")
        await expect(page.locator("#chat-as")).to_contain_text("小美")
        yield shop, page, other


@pytest.mark.parametrize("tab", ["why", "faults"])
async def test_an_open_workbench_shows_it(tmp_path: Path, browser: Browser, tab: str) -> None:
    async with _opened(tmp_path, browser) as (shop, page, other):
        await page.locator(f"#tab-{tab}").click()
        await expect(page.locator(f"#panel-{tab}")).to_be_visible()
        sign = page.locator("#signs .sign.harm")
        for path, body, told in FAULTS:
            await shop.do(path.replace("ID", other), body, method="PUT")
            await expect(sign).to_contain_text(told)
            if tab == "faults":
                await expect(page.locator(".faults-on")).to_contain_text(told)
            await shop.do("faults", method="DELETE")
            await expect(sign).to_have_count(0)


async def test_what_is_chosen_in_the_panel_follows(tmp_path: Path, browser: Browser) -> None:
    """Else the page would say 「正常」 of a shop that answers nothing."""
    async with _opened(tmp_path, browser) as (shop, page, _):
        await page.locator("#tab-faults").click()
        group = page.locator(".fault-group", has_text="商店怎麼回答").first
        await expect(group.get_by_label("正常")).to_be_checked()
        await shop.do("shop/forest/faults", {"answer": "429"}, method="PUT")
        await expect(group.get_by_label("429 太多請求")).to_be_checked()
        await shop.do("shop/forest/faults", {}, method="PUT")
        await expect(group.get_by_label("正常")).to_be_checked()
