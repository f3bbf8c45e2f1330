"""E3: several wait, and somebody of the team works through them by the keyboard alone."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.axe import violations
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import TEXT, at_chat, waiting

__all__ = ["own_shop"]

LONG = 12


async def test_a_long_list_is_worked_through_from_where_one_is(shop: Shop, chromium: Browser) -> None:
    """Longest first; taken, a note, finished, and on to the next one below, who is answered: no mouse."""
    names = [f"排隊{number:02}" for number in range(LONG)]
    friends = [await waiting(shop, name) for name in names]
    async with at_chat(chromium, shop, names[0]) as page:
        await page.goto(f"{shop.address}/admin/chat")
        head, rows = page.locator(".talk-head"), page.locator("a.one-chat")
        await expect(rows.first).to_contain_text(names[0])
        for number in range(LONG - 2):
            await page.keyboard.press("j")
            await expect(page.locator("[aria-current].one-chat")).to_have_attribute(
                "href", str(await rows.nth(number).get_attribute("href"))
            )
            await expect(page.locator("#answer.is-live")).to_be_visible()
        await expect(head.locator("h2")).to_have_text(names[-3])
        await expect(page.locator("[aria-current].one-chat")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        await page.keyboard.press("t")
        await expect(head).to_contain_text("由你處理")
        await page.keyboard.press("n")
        await shop.say(friends[-3], "還在嗎")
        await expect(page.locator(".by-person .bubble").last).to_have_text("還在嗎")
        await expect(page.get_by_role("radio", name="內部便條")).to_be_checked()  # whatever is renewed
        await page.keyboard.type("已催物流")
        await page.keyboard.press("Enter")
        await expect(page.locator(".by-note .bubble")).to_have_text("已催物流")
        assert "已催物流" not in await shop.texts(friends[-3])
        await page.keyboard.press("Escape")
        await page.keyboard.press("e")
        await expect(head).to_contain_text("機器人回覆中")
        await expect(rows.filter(has_text=names[-3])).to_have_count(0)
        await page.keyboard.press("j")
        await expect(head.locator("h2")).to_have_text(names[-2])
        await expect(page.locator("#answer.is-live")).to_be_visible()
        await page.keyboard.press("r")
        box = page.get_by_label("你的回覆")
        await expect(box).to_be_focused()
        await expect(box).to_have_value("")
        await page.keyboard.type(TEXT)
        await page.keyboard.press("Enter")
        await expect(page.locator(".by-staff .bubble").last).to_have_text(TEXT)
        await expect(box).to_have_value("")
        assert (await shop.texts(friends[-2])).count(TEXT) == 1
        await page.keyboard.press("Escape")
        assert await violations(page) == []
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="快速鍵")).to_contain_text("轉給同事")
