"""E3: what goes wrong while somebody of the team writes: blocked, refused by LINE, signed out, no role."""

from __future__ import annotations

import orjson
from playwright.async_api import Browser, Route, expect

from tests.cli.oaflow import ended
from tests.operations.test_staff_pictures import drawn
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import TEXT, at_chat, waiting
from tests.simulator.test_chat_pictures import file, pictures

__all__ = ["own_shop"]


async def test_who_blocks_while_staff_type_is_not_written_to(shop: Shop, chromium: Browser) -> None:
    friend = await waiting(shop, "小封")
    async with at_chat(chromium, shop, "小封") as page:
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await shop.do(f"friends/{friend}/block")
        await expect(page.locator(".price")).to_contain_text("封鎖")
        await box.press("Enter")
        await expect(page.locator(".answer-says")).to_contain_text("封鎖")
        await expect(box).to_have_value(TEXT)
        assert TEXT not in await shop.texts(friend)


async def test_what_line_refuses_is_seen_and_tried_again(shop: Shop, chromium: Browser) -> None:
    """The text and its picture come back into the field, and go out once."""
    friend = await waiting(shop, "小退")
    await shop.do("clock", {"by": "2m"})
    async with at_chat(chromium, shop, "小退") as page:
        await expect(page.locator(".price")).to_contain_text("推播 1 則")
        await page.get_by_label("加圖片").set_input_files([file("a.png", drawn("RGB"))])
        await expect(page.locator(".pictures li[data-token]")).to_have_count(1)
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await shop.do("channels/main/faults", {"answer": "quota"}, method="PUT")
        await box.press("Enter")
        again = page.locator(".by-staff").get_by_role("button", name="再試一次")
        await expect(again).to_be_visible()
        await expect(page.locator(".by-staff .meta .bad")).to_contain_text("沒有送出")
        await shop.do("channels/main/faults", {}, method="PUT")
        assert await pictures(shop, friend) == []
        await again.click()
        await expect(box).to_have_value(TEXT)
        await expect(page.locator(".pictures li[data-token]")).to_have_count(1)
        await shop.do(f"friends/{friend}/say", {"text": "在嗎"})  # the month is used up, and a reply is free
        await expect(page.locator(".price")).to_contain_text("免費回覆")
        await box.press("Enter")
        await expect(box).to_have_value("")
        assert (await shop.texts(friend)).count(TEXT) == 1
        assert len(await pictures(shop, friend)) == 1


async def test_signed_out_in_the_middle_of_a_long_answer(shop: Shop, chromium: Browser) -> None:
    """Nothing that was typed is lost: signed in again in another tab, it goes out from this one."""
    friend = await waiting(shop, "小登")
    long = "很長的回覆。" * 300
    async with at_chat(chromium, shop, "小登") as page:
        box = page.get_by_label("你的回覆")
        await box.fill(long)
        await page.context.clear_cookies()
        await box.press("Enter")
        await expect(page.locator(".answer-says")).to_contain_text("已登出")
        await expect(box).to_have_value(long)
        assert long not in await shop.texts(friend)
        other = await page.context.new_page()
        await other.goto(f"{shop.address}/admin/sign-in")
        await other.get_by_role("button", name="客服", exact=True).click()
        await other.wait_for_url(f"{shop.address}/admin")
        await box.press("Enter")
        await expect(box).to_have_value("")
        assert (await shop.texts(friend)).count(long) == 1


async def test_what_has_not_had_its_turn_stays_in_the_field_until_it_has(
    shop: Shop, chromium: Browser
) -> None:
    """Its turn may still refuse it: what nobody has heard of is asked for again, under the same id."""
    friend = await waiting(shop, "小遲")
    async with at_chat(chromium, shop, "小遲") as page:
        forms: list[str] = []

        async def late(route: Route) -> None:
            forms.append(route.request.post_data or "")
            if len(forms) == 1:
                told = {"carried": "waiting", "unsent": None, "why": ""}
                await route.fulfill(status=200, body=orjson.dumps(told), content_type="application/json")
            else:
                await route.continue_()

        await page.route("**/admin/chat/do", late)
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        await box.press("Enter")
        await expect(page.locator(".answer-says")).to_contain_text("已記下")
        await expect(box).to_have_value(TEXT)
        await expect(box).to_have_value("", timeout=20_000)
        assert len(forms) == 2
        assert forms[0] == forms[1]
        assert (await shop.texts(friend)).count(TEXT) == 1


async def test_a_role_that_is_taken_away_while_the_page_is_open(shop: Shop, chromium: Browser) -> None:
    """K1: nothing more is heard, shown or sent; what was typed stays where it was typed."""
    friend = await waiting(shop, "小權")
    async with at_chat(chromium, shop, "小權", "supervisor") as page:
        box = page.get_by_label("你的回覆")
        await box.fill(TEXT)
        taken = await ended("admin", "role", str(shop.folder), "try-supervisor", "--role", "agent")
        assert taken.code == 0, taken.err
        taken = await ended("admin", "suspend", str(shop.folder), "try-supervisor")
        assert taken.code == 0, taken.err
        await expect(page.locator("#signed-out")).to_be_visible()
        await shop.say(friend, "還在嗎")
        await box.press("Enter")
        await expect(page.locator(".answer-says")).to_contain_text("已登出")
        await expect(box).to_have_value(TEXT)
        await expect(page.locator(".by-person .bubble").last).not_to_have_text("還在嗎")
        assert TEXT not in await shop.texts(friend)
