"""A fault that is switched in another window or over the interface shows in an open workbench. L4."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.simulator.shop import Shop

FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("sms", {"fault": "silence"}, "簡訊：寄出了，但沒有回應"),
    ("sms", {"credit": 0}, "簡訊：簡訊點數用完"),
    ("shop/forest/faults", {"answer": "500"}, "商店「forest」：500 內部錯誤"),
    ("channels/outlet/faults", {"answer": "429"}, "429 太多請求"),
    ("friends/ID/liff", {"token": "expired"}, "登入憑證過期"),
]


async def _opened(shop: Shop, page: Page) -> str:
    """The workbench, beside a friend; another one."""
    other = await shop.friend("阿明")
    await page.goto(f"{shop.address}/simulator/?friend={await shop.friend()}")
    await expect(page.locator("#chat-as")).to_contain_text("小美")
    return other


async def test_an_open_workbench_shows_it(shop: Shop, desk: Page) -> None:
    other = await _opened(shop, desk)
    sign = desk.locator("#signs .sign.harm")
    for tab in ("why", "faults"):
        await desk.locator(f"#tab-{tab}").click()
        await expect(desk.locator(f"#panel-{tab}")).to_be_visible()
        for path, body, told in FAULTS:
            await shop.do(path.replace("ID", other), body, method="PUT")
            await expect(sign).to_contain_text(told)
            if tab == "faults":
                await expect(desk.locator(".faults-on")).to_contain_text(told)
            await shop.do("faults", method="DELETE")
            await expect(sign).to_have_count(0)


async def test_what_is_chosen_in_the_panel_follows(shop: Shop, desk: Page) -> None:
    """Else the page would say 「正常」 of a shop that answers nothing."""
    await _opened(shop, desk)
    await desk.locator("#tab-faults").click()
    group = desk.locator(".fault-group", has_text="商店怎麼回答").first
    await expect(group.get_by_label("正常")).to_be_checked()
    await shop.do("shop/forest/faults", {"answer": "429"}, method="PUT")
    await expect(group.get_by_label("429 太多請求")).to_be_checked()
    await shop.do("shop/forest/faults", {}, method="PUT")
    await expect(group.get_by_label("正常")).to_be_checked()
