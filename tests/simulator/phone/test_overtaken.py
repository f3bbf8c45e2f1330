"""Answers that are slow, and news that overtake them: the page shows what is so now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import Route, expect

from tests.eventually import box_of, comes_to, frames
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
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, route: Route) -> None:
        response = await route.fetch()
        self.made.set()
        await self.go.wait()
        await route.fulfill(response=response)
        self.gone.set()


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
    held.go.set()
    await held.gone.wait()
    await frames(page)  # what was read for the first one has come, and is not taken over
    await expect(page.locator(".said .bubble")).to_have_text("給阿明的")
    await expect(page.locator("#chat-as")).to_have_text("你現在是：阿明")


async def test_the_list_is_opened_before_anything_is_known(phone: Phone) -> None:
    """Whoever is quick sees the friends when they come, and no error."""
    page, held = phone.page, Held()
    friend = await phone.world.friend()
    await page.route("**/state?friend=*", held, times=1)
    await page.goto(f"{phone.world.url}/simulator/?friend={friend}")
    await held.made.wait()
    await page.locator("#back").click()
    held.go.set()
    await expect(page.locator(f'[data-friend="{friend}"]')).to_be_visible()


async def test_a_chat_is_shown_before_it_is_known_which_sms_lie_there(phone: Phone) -> None:
    page, held = phone.page, Held()
    other = await phone.world.friend(name="阿明")
    await phone.open()
    await page.route(f"**/friends/{other}/sms", held, times=1)
    await page.locator("#back").click()
    await page.locator(f'[data-friend="{other}"]').click()
    await held.made.wait()
    await expect(page.locator("#conversation")).to_be_visible()
    await expect(page.locator("#chat-as")).to_have_text("你現在是：阿明")
    held.go.set()


async def test_who_is_pressed_while_news_of_them_come_is_chosen(phone: Phone) -> None:
    """Drawn anew between press and release, a row would hear of no click."""
    page = phone.page
    other = await phone.world.friend(name="阿明")
    spoil(page)
    await page.add_init_script(STREAM)
    await phone.open()
    await page.locator("#back").click()
    row = page.locator(f'[data-friend="{other}"]')
    place = await box_of(row)
    await page.mouse.move(place["x"] + 9, place["y"] + 9)
    await page.mouse.down()
    await page.evaluate("stream.addEventListener('message', () => (window.heard = true))")
    await phone.push({"type": "text", "text": "剛好這時候"}, to=other)
    await comes_to(page, "window.heard", True)
    await frames(page)
    await page.mouse.up()
    await expect(page.locator("#chat-as")).to_have_text("你現在是：阿明")
    await page.locator("#back").click()
    await expect(row).to_contain_text("剛好這時候")


async def test_what_has_not_changed_is_not_drawn_anew(phone: Phone) -> None:
    """The way in, and the list of friends, while something else happens."""
    page = phone.page
    await phone.world.do("friends", {"channel": "main", "name": "阿新"})
    await phone.begin()
    for button, limit in (("#enter", 321), (".person", 654)):
        if button == ".person":
            await page.locator("#back").click()
        await page.locator(button).evaluate("button => (button.kept = true)")
        await phone.world.do("channels/main/quota", {"value": limit}, "PUT")
        await expect(page.locator("#account .usage")).to_contain_text(str(limit))
        await frames(page)
        assert await page.locator(button).evaluate("button => button.kept")
