"""G1, L8: a rich menu from the form of the console to the phone of somebody who is bound and has its tag."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_binding_in_chat import begun, bound, codes, new_phone
from tests.simulator.windows import sign_in

__all__ = ["own_shop"]


async def test_from_the_form_to_the_phone(shop: Shop, desk: Page) -> None:
    friend = await begun(shop, new_phone())
    await shop.say(friend, (await codes(shop, friend))[-1])
    assert await bound(shop, friend) == ["phone", "已綁定"]
    await sign_in(desk, shop.address, "admin")
    await desk.goto(f"{shop.address}/admin/menus/new?channel=outlet")
    await desk.get_by_label("名稱").fill("老朋友")
    await desk.get_by_label("有這個標籤的人").check()
    await desk.locator('[name="tag"]').fill("已綁定")
    await desk.get_by_label("版型 2", exact=True).check()
    await desk.get_by_label("上面的字").nth(0).fill("營業時間")
    await desk.get_by_label("上面的字").nth(1).fill("找客服")
    await desk.get_by_label("選單下方列的文字").fill("老朋友專區")
    await desk.get_by_role("button", name="放進我的草稿").click()
    await desk.get_by_role("button", name="發布", exact=True).first.click()
    await desk.wait_for_url("**/admin/menus*")
    await desk.goto(f"{shop.address}/simulator/?friend={friend}")
    await expect(desk.locator("#menu-bar-text")).to_have_text("老朋友專區")
