"""The phone in a real browser, with a bot that says what a test wants.

No script may fail, and no other host be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.simulator.conftest import PATIENCE, Delivered, World

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


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
async def phone(world: World, browser: Browser, answers: Answers) -> AsyncIterator[Phone]:
    """The page, before anything has happened."""
    context = await browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
    page.on("request", lambda asked: None if asked.url.startswith(world.url) else wrong.append(asked.url))
    page.set_default_timeout(PATIENCE * 1000)
    await world.do("channels/main/quota", {"value": None}, "PUT")
    await page.goto(world.url + "/simulator/")
    yield Phone(page, world, answers)
    await context.close()
    # Chromium tells each refused or lost call in the console too; what the page does about it is tested.
    assert [one for one in wrong if not one.startswith("Failed to load resource")] == []
