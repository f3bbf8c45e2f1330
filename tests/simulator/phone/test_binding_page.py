"""B1–B6, B10 as a person plays them: card, page, phone, code, bound; what page and bot say then."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.eventually import comes_to
from tests.simulator.lent_pages import Pages
from tests.simulator.phone.player import Player, in_the_hand
from tests.simulator.shop import TAIPEI, Shop
from tests.simulator.test_binding_in_chat import bound, new_phone

SAID = "我已完成手機綁定"
SUCCESS = "手機綁定成功 🎉 點下方按鈕查看您的會員卡。"


class Binder(Player):
    """Who binds a phone, in the chat with the outlet, which compares with no shop."""

    async def tap(self, label: str) -> None:
        await self.page.locator(".said").get_by_text(label).last.click()

    async def prove(self, phone: str) -> None:
        """Phone, SMS, code: three inputs."""
        await self.liff.locator("input[autocomplete=tel]").fill(phone)
        await self.liff.get_by_role("button", name="傳送驗證碼").click()
        await expect(self.liff.locator("input[autocomplete=one-time-code]")).to_be_visible()
        await self.page.locator("#sms").get_by_role("button", name=re.compile("填入")).click()

    async def opens_card(self) -> None:
        """Ask for the member card, and tap its button."""
        await self.page.locator("#text").fill("會員卡")
        await self.page.locator("#text").press("Enter")
        await self.tap("打開會員卡")

    async def said(self) -> list[tuple[str, str]]:
        """What was said since the card was asked for: by whom, and what."""
        messages = (await self.shop.get(f"friends/{self.friend}/messages"))["messages"]
        texts = [(m["via"], str(m["content"].get("text", m["content"].get("altText")))) for m in messages]
        return texts[texts.index(("friend", "會員卡")) + 2 :]


@pytest_asyncio.fixture(loop_scope="session")
async def player(shop: Shop, pages: Pages) -> AsyncIterator[Binder]:
    await shop.until_night()
    async with in_the_hand(shop, pages, await shop.friend(channel="outlet")) as player:
        # once the menu is there, which would hide the field when it comes
        await player.page.locator("#to-keys").click()
        await expect(player.page.locator("#text")).to_be_visible()
        yield Binder(player.page, shop, player.friend)


async def test_from_the_card_to_being_bound(player: Binder) -> None:
    """The page says so, the bot answers for free, and the card shows itself without another tap."""
    await player.opens_card()
    await player.prove(new_phone())
    await expect(player.liff.get_by_text("小美")).to_be_visible()
    await player.has_heard(SUCCESS)
    assert await player.said() == [("friend", SAID), ("reply", SUCCESS)]
    assert await bound(player.shop, player.friend) == ["phone", "已綁定"]
    await expect(player.page.locator("#sms")).to_be_hidden()
    # the card is of the phone's time: of the clock that the simulator moves, and of the playbook's zone
    await player.page.locator("#liff header button").click()  # its sign-in would run out on the way, twice
    await player.shop.do("clock", {"to": await _tomorrow_at(player.shop, "03:07")})
    await player.tap("打開會員卡")
    await player.liff.get_by_role("button", name="更新資料").click()
    await expect(player.liff.locator(".at")).to_have_text(re.compile("^(上午|凌晨)3:0[78] 更新$"))


async def _tomorrow_at(shop: Shop, time: str) -> str:
    now = datetime.fromtimestamp((await shop.get("clock"))["now"] / 1000, TAIPEI)
    return f"{now + timedelta(days=1):%Y-%m-%d}T{time}"


@pytest.mark.parametrize(
    "light", [pytest.param("light", marks=pytest.mark.ring("soak", "more of the same")), "dark"]
)
async def test_the_look_that_was_chosen_holds_for_pages(player: Binder, light: str) -> None:
    """Issue 14, 5: whatever the machine's own is, also where the page is open already."""
    other = "dark" if light == "light" else "light"
    await player.page.emulate_media(color_scheme="dark" if light == "light" else "light")
    await player.page.evaluate(
        "light => localStorage.setItem('simulator.theme', JSON.stringify(light))", light
    )
    await player.page.reload()
    await expect(player.page.locator("html")).to_have_attribute("data-theme", light)
    await player.opens_card()
    await expect(player.liff.locator("input[autocomplete=tel]")).to_be_visible()
    frame = player.page.frames[-1]
    ink = "getComputedStyle(document.documentElement).color"
    inks = {"light": "rgb(28, 33, 30)", "dark": "rgb(233, 237, 235)"}
    await comes_to(frame, ink, inks[light])
    await player.page.evaluate("light => (document.documentElement.dataset.theme = light)", other)
    await comes_to(frame, ink, inks[other])
    await player.page.evaluate("document.documentElement.dataset.theme = 'auto'")
    await comes_to(frame, ink, inks[other])


async def test_the_page_is_closed_and_it_goes_on_in_the_chat(player: Binder) -> None:
    """R7 (B13): typed, answered, tapped: what the page draws as links are quick replies; and a way back."""
    await player.opens_card()
    await expect(player.liff.locator("input[autocomplete=tel]")).to_be_visible()
    await player.page.locator("#liff header button").click()
    say = player.page.locator("#text")
    await say.fill("手機綁定")
    await say.press("Enter")
    await player.page.get_by_role("button", name="回到網頁繼續").click()
    await expect(player.liff.locator("input[autocomplete=tel]")).to_be_visible()
    await player.page.locator("#liff header button").click()
    for text in ("手機綁定", new_phone()):
        await say.fill(text)
        await say.press("Enter")
        await player.shop.rest()
    await player.page.get_by_role("button", name="更換手機號碼").click()
    await player.shop.rest()
    await say.fill(new_phone())
    await say.press("Enter")
    await expect(player.page.get_by_role("button", name="重新傳送驗證碼")).to_be_visible()
    await say.fill("手機綁定")  # once more, in the middle
    await say.press("Enter")
    await player.shop.rest()
    await player.page.locator("#sms").get_by_role("button", name=re.compile("填入")).last.click()
    await expect(say).to_have_value(re.compile(r"\d{6}"))
    await say.press("Enter")
    await player.has_heard(SUCCESS)
    assert await bound(player.shop, player.friend) == ["phone", "已綁定"]
