"""Whoever opens a member's page by hand: what a browser would request, and what it would not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from tests.simulator.shop import Shop

PAGE = "phone_binding"
SHOWN = (
    "kind",
    "state",
    "question",
    "answer",
    "choices",
    "links",
    "texts",
    "result",
    "again_in",
    "valid_for",
)
"""What a person can see of a screen. Steps and visits are counters of one's own."""


@dataclass
class Visitor:
    """A friend with the page open. `screens` is everything that was shown, in order."""

    shop: Shop
    id: str
    channel: str
    http: ClientSession
    session: str = ""
    screen: dict[str, Any] = field(default_factory=dict)
    screens: list[dict[str, Any]] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"{self.shop.address}/liff/{self.channel}/{PAGE}"

    async def sign_in(self) -> None:
        """With LINE's ID token, for the server's session."""
        launch = await self.shop.do(f"friends/{self.id}/liff", {"page": PAGE})
        async with self.http.post(f"{self.page}/session", json={"id_token": launch["id_token"]}) as response:
            assert response.status == 200, await response.text()
            self.session = (await response.json())["session"]

    async def open(self) -> dict[str, Any]:
        return await self.shown(await self.post("open", {"inputs": {}}))

    async def answer(self, text: str) -> dict[str, Any]:
        """Answer what the last screen asks, and wait for what comes of it."""
        where = {"visit": self.screen["visit"], "step": self.screen["step"]}
        return await self.shown(await self.post("answer", {**where, "text": text}))

    async def post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        """One request, and its screen."""
        headers = {"Authorization": f"Bearer {self.session}"}
        async with self.http.post(f"{self.page}/{what}", json=body, headers=headers) as response:
            assert response.status == 200, await response.text()
            screen: dict[str, Any] = await response.json()
            return screen

    async def shown(self, screen: dict[str, Any]) -> dict[str, Any]:
        """The screen that stays; nothing is shown of one that is busy but that."""
        headers = {"Authorization": f"Bearer {self.session}"}
        while screen["kind"] == "busy":
            after = {"after": str(screen["step"])}
            async with self.http.get(f"{self.page}/screen", params=after, headers=headers) as response:
                assert response.status == 200, await response.text()
                screen = await response.json()
        self.screen = screen
        self.screens.append(screen)
        return screen

    async def codes(self) -> list[str]:
        """The codes on this friend's phone."""
        return [
            found[1]
            for sms in (await self.shop.get(f"friends/{self.id}/sms"))["sms"]
            if (found := re.search(r"驗證碼 (\d{6})，", sms["text"]))
        ]

    async def is_bound(self) -> bool:
        contact = await self.shop.get(f"friends/{self.id}/contact")
        return any(one["kind"] == "phone" for one in contact["bound"])


async def visitor(shop: Shop, channel: str = "main", name: str = "小美") -> Visitor:
    """A friend whose page asks for the phone."""
    friend = (await shop.do("friends", {"channel": channel, "name": name}))["id"]
    here = Visitor(shop, friend, channel, shop.http)
    await here.sign_in()
    await here.open()
    return here


def seen(screen: dict[str, Any]) -> dict[str, Any]:
    return {name: screen[name] for name in SHOWN if name in screen}


def other_than(code: str, by: int) -> str:
    """A code that is not this one."""
    return f"{(int(code) + by) % 1_000_000:06d}"
