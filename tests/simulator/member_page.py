"""A page of the bot's as a browser talks to it, without a browser: signed in by the friend's phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.simulator.shop import Shop

NO_INPUTS: Mapping[str, str] = MappingProxyType({})


@dataclass
class MemberPage:
    """One page, opened on a friend's phone; `screen` is what it shows."""

    shop: Shop
    friend: str
    address: str
    launch: str
    headers: dict[str, str]
    screen: dict[str, Any]

    async def does(self, act: str, subject: str = "") -> None:
        """What a form does instead of answering."""
        await self.answer(subject, act=act)

    async def answer(self, text: str, **more: str) -> None:
        """Answer what is asked, and wait for what comes of it."""
        body = {"visit": self.screen["visit"], "step": self.screen["step"], "text": text, **more}
        self.screen = await self._asked("POST", "answer", body)
        while self.screen["kind"] == "busy":
            self.screen = await self._asked("GET", f"screen?after={self.screen['step']}")

    async def now(self) -> Any:
        """What it shows by now."""
        self.screen = await self._asked("GET", "screen")
        return self.screen

    async def says(self, text: str) -> None:
        """What `liff.sendMessages` does."""
        await self.shop.do(f"launches/{self.launch}/messages", {"messages": [{"type": "text", "text": text}]})
        await self.shop.rest()

    async def _asked(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.address}/{path}"
        async with self.shop.http.request(method, url, json=body, headers=self.headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()


async def by_button(shop: Shop, friend: str, label: str) -> MemberPage:
    """The page that a button of the last messages opens, with what its address says, as a browser does."""
    messages = (await shop.get(f"friends/{friend}/messages"))["messages"]
    templates = [one["content"]["template"] for one in messages if one["content"]["type"] == "template"]
    [address] = [one["uri"] for one in templates[-1]["actions"] if one["label"] == label]
    parts = urlsplit(address)
    return await opened(shop, friend, parts.path.rpartition("/")[2], inputs=dict(parse_qsl(parts.query)))


async def opened(
    shop: Shop, friend: str, page: str, channel: str = "main", inputs: Mapping[str, str] = NO_INPUTS
) -> MemberPage:
    """The page after `liff.init`, sign-in and opening."""
    launch = await shop.do(f"friends/{friend}/liff", {"page": page})
    address = f"{shop.address}/liff/{channel}/{page}"
    async with shop.http.post(f"{address}/session", json={"id_token": launch["id_token"]}) as response:
        assert response.status == 200, await response.text()
        headers = {"Authorization": f"Bearer {(await response.json())['session']}"}
    async with shop.http.post(f"{address}/open", json={"inputs": dict(inputs)}, headers=headers) as response:
        assert response.status == 200, await response.text()
        screen = await response.json()
    return MemberPage(shop, friend, address, launch["launch"], headers, screen)
