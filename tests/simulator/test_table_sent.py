"""A table as a real browser sends it: whatever its file is called. D6."""

from __future__ import annotations

from playwright.async_api import Browser, FilePayload, expect

from tests.simulator.shop import Shop
from tests.simulator.windows import new_window, sign_in

WORKBOOK = b"PK\x03\x04 no table"
TABLE = "員工編號,姓名,門市\r\nZ99,小安,沒有這家店\r\n".encode("utf-16")


async def test_what_its_file_is_called_and_what_is_in_it(chromium: Browser, shop: Shop) -> None:
    async with new_window(chromium) as page:
        await sign_in(page, shop.address, "supervisor")
        for content, told in ((WORKBOOK, "員工%22表;一;%22二.csv"), (TABLE, "沒有這家店")):
            await page.goto(f"{shop.address}/admin/clerks/import")
            sent = FilePayload(name='員工"表;一;"二.csv', mimeType="text/csv", buffer=content)
            await page.locator("input[type=file]").set_input_files(sent)
            await page.locator("main form button").click()
            await expect(page.get_by_role("main")).to_contain_text(told)
