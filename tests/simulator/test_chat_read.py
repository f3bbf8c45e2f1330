"""E3: where the channel says so, a phone shows *Read* once staff have opened the conversation."""

from __future__ import annotations

from playwright.async_api import Browser

from tests.eventually import eventually
from tests.simulator.shop import Shop, own_shop
from tests.simulator.test_chat_page import at_chat, waiting

__all__ = ["own_shop"]


async def test_the_phone_shows_what_staff_have_read(shop: Shop, chromium: Browser) -> None:
    """From the webhook to the call, with the bot's inbox between; what comes while nobody looks is not."""
    await shop.do("channels/main/console", {"chat": True}, method="PUT")
    before = await shop.get("state")
    book = shop.folder / "bot.yaml"
    told = book.read_text("utf-8").replace("    groups:", "    mark_read: true\n    groups:", 1)
    book.write_text(told, "utf-8")
    await shop.until("playbook", before["last"], lambda told: told["taken"] > before["playbook"]["taken"])
    friend = await waiting(shop, "小讀")

    async def read() -> list[bool]:
        shown = (await shop.get(f"friends/{friend}/messages"))["messages"]
        return [one.get("read", False) for one in shown if one["via"] == "friend"]

    assert not any(await read())
    async with at_chat(chromium, shop, "小讀"):
        await eventually(read, all)
        await shop.say(friend, "還在嗎")
        await eventually(read, all)  # it is open, and hears of it
    await shop.say(friend, "哈囉")
    assert (await read())[-1] is False
