"""The phone in a real browser, with a bot that says what a test wants.

No script may fail, and no other host be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.simulator.conftest import Delivered, World
from tests.simulator.lent_pages import DESK, PHONE, Pages, complaints, without_refusals

__all__ = ["DESK", "PHONE"]


@dataclass
class Answers:
    """What the bot answers: by the text that it hears, and to a follow."""

    by_text: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    to_follow: list[dict[str, Any]] = field(default_factory=list)

    def to(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        if event["type"] == "follow":
            return self.to_follow
        if event["type"] == "message" and event["message"]["type"] == "text":
            return self.by_text.get(event["message"]["text"], [])
        return []


@dataclass
class Phone:
    """The page, and the world that it shows."""

    page: Page
    world: World
    answers: Answers
    friend: str = ""

    @property
    def picture(self) -> str:
        """The address of a picture that this server has."""
        return self.world.url + "/simulator/static/icon.svg"

    async def begin(self) -> None:
        """The page before anything has happened."""
        await self.page.goto(f"{self.world.url}/simulator/")

    async def open(self, name: str = "小美") -> None:
        """A friend who is there already, and the page with this chat."""
        self.friend = await self.world.friend(name=name)
        await self.page.goto(f"{self.world.url}/simulator/?friend={self.friend}")
        await expect(self.page.locator("#text")).to_be_visible()

    async def push(self, *messages: dict[str, Any], to: str | None = None) -> Locator:
        """Messages of the bot, one call for each; the last one's row, which is there if its chat is shown."""
        row = self.row()
        for message in messages:
            body = {"to": to or self.friend, "messages": [message]}
            status, answer, _ = await self.world.call("POST", "v2/bot/message/push", body)
            assert status == 200, answer
            row = self.page.locator(f'.said[data-message="{answer["sentMessages"][0]["id"]}"]')
        if to is None:
            await row.wait_for(state="attached")
        return row

    async def push_many(self, texts: Sequence[str]) -> Locator:
        """Texts of the bot, five to a call, as many as LINE takes; the last one's row."""
        row = self.row()
        for first in range(0, len(texts), 5):
            said = [{"type": "text", "text": text} for text in texts[first : first + 5]]
            status, answer, _ = await self.world.call(
                "POST", "v2/bot/message/push", {"to": self.friend, "messages": said}
            )
            assert status == 200, answer
            row = self.page.locator(f'.said[data-message="{answer["sentMessages"][-1]["id"]}"]')
        await row.wait_for(state="attached")
        return row

    def row(self) -> Locator:
        return self.page.locator(".said:not(#typing)").last

    async def heard(self, kind: str) -> Any:
        """The next event of that kind that the bot gets; what comes before it is passed over."""
        while True:
            event = (await self.world.webhook()).event
            if event["type"] == kind:
                return event

    async def say(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")


@pytest_asyncio.fixture(loop_scope="session")
async def answers(world: World) -> AsyncIterator[Answers]:
    scripted = Answers()
    calls: set[asyncio.Task[object]] = set()

    async def answer(got: Delivered) -> int:
        messages = scripted.to(got.event)
        if messages:
            body = {"replyToken": got.event["replyToken"], "messages": messages}
            calls.add(asyncio.create_task(world.call("POST", "v2/bot/message/reply", body)))
        return 200

    world.answer = answer
    yield scripted
    await asyncio.gather(*calls)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(world: World, pages: Pages, answers: Answers) -> AsyncIterator[Phone]:
    """A page that is nowhere yet: `begin` shows the simulator without a friend, `open` with one."""
    await world.do("channels/main/quota", {"value": None}, "PUT")
    async with pages.lend(DESK) as page:
        with complaints(page, console=True, home=world.url) as wrong:
            yield Phone(page, world, answers)
    assert without_refusals(wrong) == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(phone: Phone) -> Page:
    """The page with the chat of a friend who is there already."""
    await phone.open()
    return phone.page
