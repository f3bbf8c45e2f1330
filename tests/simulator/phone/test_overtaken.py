"""Answers that are slow, and news that overtake them: the page shows what is so now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import Route, expect

from tests.simulator.lent_pages import spoil
from tests.simulator.phone.conftest import Phone

STREAM = """window.EventSource = class extends EventSource {
    constructor(address) {
        super(address);
        window.stream = this;
    }
}"""


@dataclass
class Held:
    """The first answer to a call is made, and kept back until the test lets it go."""

    made: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, route: Route) -> None:
        response = await route.fetch()
        self.made.set()
        await self.go.wait()
        await route.fulfill(response=response)


async def test_a_message_that_comes_while_its_chat_is_read_is_not_lost(phone: Phone) -> None:
    page, held = phone.page, Held()
    other = await phone.world.friend(name="阿明")
    await phone.open()
    await page.route(f"**/friends/{other}/messages", held, times=1)
    await page.locator("#back").click()
    await page.locator(f'[data-friend="{other}"]').click()
    await held.made.wait()
    await phone.push({"type": "text", "text": "剛好這時候"}, to=other)
    await expect(page.locator(f'[data-friend="{other}"]')).to_contain_text("剛好這時候")  # the page has heard
    held.go.set()
    await expect(page.locator(".said .bubble")).to_have_text("剛好這時候")


async def test_who_chooses_a_friend_while_all_is_read_stays_there(phone: Phone) -> None:
    page, held = phone.page, Held()
    other = await phone.world.friend(name="阿明")
    await phone.push({"type": "text", "text": "給阿明的"}, to=other)
    spoil(page)
    await page.add_init_script(STREAM)
    await phone.open()
    first = phone.friend
    await page.locator("#back").click()
    row = page.locator(f'[data-friend="{other}"]')
    await expect(row).to_be_visible()
    await page.route(f"**/state?friend={first}", held, times=1)
    await page.evaluate("stream.dispatchEvent(new Event('reset'))")  # all is read anew
    await held.made.wait()
    await row.click()
    await expect(page.locator("#chat-as")).to_have_text("你現在是：阿明")
    async with page.expect_response(f"**/state?friend={other}"):
        held.go.set()  # it is read anew: what was read for the first one is not taken over
    await expect(page.locator(".said .bubble")).to_have_text("給阿明的")
    await expect(page.locator("#chat-as")).to_have_text("你現在是：阿明")
