"""K2: while LINE refuses an account's token: by a simulator of its own, whose month nobody has used up."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import TEXT, at_chat, waiting

__all__ = ["own_shop"]


async def test_while_line_refuses_the_token_each_page_and_the_composer_say_so(
    shop: Shop, chromium: Browser
) -> None:
    """K2: what is sent waits, and is counted by *Not sent*; taken again, all of it is over."""
    friend = await waiting(shop, "小鑰")
    await shop.do("clock", {"by": "2m"})
    async with at_chat(chromium, shop, "小鑰", "supervisor") as page:
        banner, box = page.locator("#refused"), page.get_by_label("你的回覆")
        await expect(banner).to_be_hidden()
        await shop.do("channels/main/faults", {"answer": "token"}, method="PUT")
        await box.fill(TEXT)
        await box.press("Enter")
        await expect(banner).to_contain_text("不接受存取權杖", timeout=20_000)
        await page.reload()
        await expect(page.locator(".price")).to_contain_text("現在送出的訊息會先等著")
        await expect(banner).to_be_in_viewport(ratio=1)
        await expect(box).to_be_in_viewport(ratio=1)
        await shop.do("clock", {"by": "2m"})
        await banner.get_by_role("link", name="查看").click()
        await expect(page.get_by_role("heading", name="還在等著送出")).to_be_visible()
        await expect(page.locator(".side [data-count=unsent]")).to_have_text("1", timeout=20_000)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await shop.do("channels/main/faults", {}, method="PUT")
        await shop.do("clock", {"by": "10m"})
        await expect(banner).to_be_hidden(timeout=20_000)
        assert (await shop.texts(friend)).count(TEXT) == 1
