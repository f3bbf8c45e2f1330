"""A table as a real browser sends it: whatever its file is called. D6."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.simulator.shop import open_shop
from tests.simulator.test_app_store import with_app

WORKBOOK = b"PK\x03\x04 no table"
TABLE = "員工編號,姓名,門市\r\nZ99,小安,沒有這家店\r\n".encode("utf-16")


async def test_what_its_file_is_called_and_what_is_in_it(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with open_shop(with_app(tmp_path_factory.mktemp("table") / "shop")) as shop:
        window = await chromium.new_context(locale="zh-TW")
        page = await window.new_page()
        await page.goto(f"{shop.address}/admin/sign-in")
        await page.get_by_role("button", name="主管", exact=True).click()
        for content, told in ((WORKBOOK, "員工%22表;一;%22二.csv"), (TABLE, "沒有這家店")):
            await page.goto(f"{shop.address}/admin/clerks/import")
            sent = FilePayload(name='員工"表;一;"二.csv', mimeType="text/csv", buffer=content)
            await page.locator("input[type=file]").set_input_files(sent)
            await page.locator("main form button").click()
            await expect(page.get_by_role("main")).to_contain_text(told)
        await window.close()
