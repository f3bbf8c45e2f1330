"""N3: a draw on its page, the coupon that it brings, and the numbers in the console."""

from __future__ import annotations

import re

from playwright.async_api import Browser, expect

from tests.simulator.lent_pages import PHONE
from tests.simulator.member_page import MemberPage, opened
from tests.simulator.shop import Shop
from tests.simulator.windows import member_window, signed_in

DRAW = "每日抽獎"


async def tried(shop: Shop, friend: str) -> MemberPage:
    """The page after one press, with what came of it."""
    page = await opened(shop, friend, "my_draws")
    await page.answer(DRAW)
    await shop.rest()
    return await opened(shop, friend, "my_draws")


async def test_one_press_is_one_try_and_what_is_won_is_a_coupon(chromium: Browser, shop: Shop) -> None:
    friends = [await shop.friend() for _ in range(12)]
    won = 0
    for friend in friends:
        page = await tried(shop, friend)
        [draw] = page.screen["draws"]
        assert (draw["state"], draw["tries"]) == ("had", 1)
        assert "odds" not in draw
        [coupons] = [(await opened(shop, friend, "my_coupons")).screen["coupons"]]
        if draw["result"] == "won":
            won += 1
            assert [one["code"]["text"] for one in coupons] == [draw["code"]]
            assert draw["prizes"][draw["prize"]] == draw["won"] == coupons[0]["title"]
            assert any(draw["code"] in text for text in await shop.texts(friend))
        else:
            assert (draw["result"], coupons) == ("nothing", [])
        await page.answer(DRAW)  # today's try was made
        assert page.screen["draws"][0]["tries"] == 1
        await shop.say(friend, "直接抽")
        assert (await shop.texts(friend))[-1] == "今天已經抽過囉，明天再來！"

    async with signed_in(chromium, shop, "admin", PHONE) as desk:
        await desk.goto(f"{shop.address}/admin/draws")
        card = desk.get_by_role("region", name="每日好運抽獎").first
        await expect(card.get_by_text("抽了幾次").locator("xpath=following-sibling::dd")).to_have_text("12")
        await expect(card.get_by_text("沒抽中").locator("xpath=following-sibling::dd")).to_have_text(
            str(12 - won)
        )
        await card.get_by_role("link", name="中獎名單").click()
        await expect(desk.get_by_role("heading", name="每日好運抽獎的中獎名單")).to_be_visible()
        await expect(desk.locator("tbody tr")).to_have_count(won)


async def test_the_wheel_is_turned_in_a_browser_and_stops_where_the_server_says(
    chromium: Browser, shop: Shop
) -> None:
    friend = await shop.friend()
    async with member_window(chromium, shop, friend, "my_draws") as page:
        await expect(page.get_by_role("heading", name="抽獎", exact=True)).to_be_visible()
        await page.get_by_role("button", name="轉一次").press("Enter")
        await expect(page.locator(".draw-result")).to_have_text(re.compile("恭喜抽中|這次沒有抽中"))
        await expect(page.get_by_text("明天再來抽一次吧")).to_be_visible()
        await expect(page.get_by_role("button", name="轉一次")).to_have_count(0)
        # a keyboard and a screen reader stay with this draw
        await expect(page.get_by_role("heading", name="每日好運抽獎")).to_be_focused()
