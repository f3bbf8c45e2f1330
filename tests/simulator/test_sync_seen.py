"""C6: how far members are read is seen on the staff's page, and takes nothing from who writes there."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.simulator.lent_pages import PHONE, complaints, without_refusals
from tests.simulator.shop import open_shop, worked_example
from tests.simulator.windows import new_window


async def test_the_bar_moves_and_what_is_written_beside_it_stays(tmp_path: Path, chromium: Browser) -> None:
    async with (
        open_shop(worked_example(tmp_path / "shop")) as shop,
        new_window(chromium, PHONE) as page,
    ):
        await shop.do("shop/forest/members", {"many": 6}, method="PUT")
        await shop.do("shop/forest/faults", {"slow": 2}, method="PUT")
        await page.goto(f"{shop.address}/admin/sign-in?to=/admin/shops/forest")
        await page.get_by_role("button", name="主管", exact=True).click()
        with complaints(page, console=True) as wrong:
            await page.get_by_role("button", name="同步資訊").click()
            members = page.locator("#members")
            await expect(members).to_have_attribute("aria-busy", "true")
            typed = page.get_by_role("textbox").last
            await typed.fill("fore")
            await expect(page.get_by_role("progressbar")).to_be_visible()
            await shop.do("shop/forest/faults", method="PUT")
            await expect(members).to_contain_text("同步了 8 位會員", timeout=60_000)
            await expect(members).not_to_have_attribute("aria-busy", "true")
            await expect(members.get_by_role("button", name="同步資訊")).to_be_visible()
            await expect(typed).to_have_value("fore")
        assert without_refusals(wrong) == []
