"""L4: what other systems tell, played: by the JSON interface, and by a form beside the phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.simulator.shop import Shop
from tests.simulator.test_shop_news import heard

PARCEL = {"signal": "parcel_arrived", "values": {"order_no": "0012345", "shop_name": "信義店"}}


async def test_a_signal_is_told_as_another_system_would(shop: Shop) -> None:
    [known] = (await shop.get("signals"))["signals"]
    assert known["name"] == "parcel_arrived"
    assert [(one["name"], one["type"]) for one in known["fields"]] == [
        ("order_no", "text"),
        ("shop_name", "text"),
    ]
    friend = await shop.friend()
    told = await shop.do(f"friends/{friend}/signal", PARCEL)
    assert told["event"].startswith("main:")
    assert "signal parcel_arrived" in await heard(shop, friend)


@pytest.mark.parametrize(
    "body",
    [{}, {"signal": "parcel"}, {**PARCEL, "values": {"order_no": "1"}}, {**PARCEL, "id": "1"}],
)
async def test_what_is_no_signal_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    friend = await shop.friend()
    assert (await shop.do(f"friends/{friend}/signal", body, 400))["error"] == "invalid"


async def test_it_is_told_beside_the_phone(shop: Shop, desk: Page) -> None:
    friend = await shop.friend()
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    await desk.locator("#tab-hooks").click()
    tells = desk.locator(".signals")
    await tells.get_by_label("order_no").fill("0012345")
    await tells.get_by_role("button", name="通知機器人").click()
    await expect(tells).to_contain_text("有欄位是空的")
    await tells.get_by_label("shop_name").fill("信義店")
    await tells.get_by_role("button", name="通知機器人").click()
    await expect(tells).to_contain_text("已經告訴機器人：小美，parcel_arrived。")
    await expect(desk.locator(".said").last).to_contain_text("0012345")
