"""N1: a coupon from the chat to the till and back: given, shown, redeemed by one of two tills, used."""

from __future__ import annotations

import asyncio
import json
import re

from playwright.async_api import Browser, Page, expect

from tests.simulator.member_page import opened
from tests.simulator.shop import Shop
from tests.simulator.windows import sign_in, signed_in


async def looked_up(till: Page, shop: Shop, code: str) -> None:
    """The code is typed at a till, which shows the coupon."""
    await till.goto(f"{shop.address}/admin/till")
    await till.get_by_label("優惠券或客人的代碼").fill(code)
    await till.keyboard.press("Enter")
    await expect(till.get_by_role("heading", name="可以使用")).to_be_visible()
    assert code.upper() not in till.url.upper()


async def test_given_in_chat_shown_on_the_page_redeemed_once(shop: Shop, desk: Page) -> None:
    friend = await shop.friend()
    await shop.say(friend, "領優惠券")
    card = (await shop.get(f"friends/{friend}/messages"))["messages"][-1]["content"]
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", json.dumps(card))
    assert code is not None, card
    page = await opened(shop, friend, "my_coupons")
    [coupon] = page.screen["coupons"]
    assert (coupon["state"], coupon["code"]["text"]) == ("usable", code[0])
    assert coupon["code"]["bars"].startswith("<svg")

    await desk.context.clear_cookies()  # the browser is that of the whole session
    await desk.set_viewport_size({"width": 390, "height": 844})
    await sign_in(desk, shop.address, "admin")
    tills = (desk, await desk.context.new_page())
    for till in tills:
        await looked_up(till, shop, code[0].lower())
    buttons = [till.get_by_role("button", name="核銷", exact=True) for till in tills]
    await asyncio.gather(*(button.click() for button in buttons))
    for till in tills:
        await expect(till.get_by_role("heading", name=re.compile("^(已核銷|已經用過了)$"))).to_be_visible()
    states = [await till.locator("#state").text_content() for till in tills]
    assert sorted(map(str, states)) == ["已核銷", "已經用過了"]

    seen = await opened(shop, friend, "my_coupons")
    [used] = seen.screen["coupons"]
    assert (used["state"], used["how"]) == ("used", "clerk")
    assert "code" not in used
    await tills[1].close()


async def test_the_card_is_drawn_beside_the_form_as_one_writes(chromium: Browser, shop: Shop) -> None:
    async with signed_in(chromium, shop, "admin") as page:
        await page.goto(f"{shop.address}/admin/coupons/new")
        side = page.get_by_role("complementary", name="客人會收到")
        await page.get_by_label("客人說什麼就發給他").fill("母親節，媽媽")
        await page.get_by_label("優惠券名稱").fill("母親節折 200 元")
        await expect(side.locator(".flex, [role=img]").first).to_contain_text("母親節折 200 元")
        await expect(side.get_by_text("母親節", exact=True)).to_be_visible()


async def test_a_coupon_for_a_prize_asks_for_no_keyword(chromium: Browser, shop: Shop) -> None:
    """What says nothing beside another choice is out of sight, and need not be filled in."""
    async with signed_in(chromium, shop, "admin") as page:
        await page.goto(f"{shop.address}/admin/coupons/new")
        keyword = page.get_by_label("客人說什麼就發給他")
        await expect(keyword).to_be_visible()
        await expect(keyword).to_have_attribute("required", "")
        await page.get_by_label("不用關鍵字").check()
        for hidden in (keyword, page.get_by_label("誰可以領")):
            await expect(hidden).to_be_hidden()
        await page.get_by_label("優惠券名稱").fill("大獎")
        await page.get_by_label("拿到後幾天內可用").fill("30")
        await page.get_by_role("button", name="放進我的草稿").click()
        await expect(page).to_have_url(re.compile("/admin/playbook/review$"))
