"""A page of the bot's as a browser talks to it, without a browser: signed in by the friend's phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.simulator.shop import Shop


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

    async def says(self, text: str) -> None:
        """What `liff.sendMessages` does."""
        await self.shop.do(f"launches/{self.launch}/messages", {"messages": [{"type": "text", "text": text}]})
        await self.shop.rest()

    async def _asked(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.address}/{path}"
        async with self.shop.http.request(method, url, json=body, headers=self.headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()


async def opened(shop: Shop, friend: str, page: str, channel: str = "main") -> MemberPage:
    """The page after `liff.init`, sign-in and opening."""
    launch = await shop.do(f"friends/{friend}/liff", {"page": page})
    address = f"{shop.address}/liff/{channel}/{page}"
    async with shop.http.post(f"{address}/session", json={"id_token": launch["id_token"]}) as response:
        assert response.status == 200, await response.text()
        headers = {"Authorization": f"Bearer {(await response.json())['session']}"}
    async with shop.http.post(f"{address}/open", json={"inputs": {}}, headers=headers) as response:
        assert response.status == 200, await response.text()
        screen = await response.json()
    return MemberPage(shop, friend, address, launch["launch"], headers, screen)
