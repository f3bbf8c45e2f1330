"""H3, H6: a journey meets the end of the month's messages, in the simulator as with LINE."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import PATIENCE
from tests.playbooks import BOT
from tests.simulator.shop import Shop, open_shop, written

PLAYBOOK = """
channels: {main: {id: forest, channel_id: "1234567890", channel_secret: opaque}}
flows:
  gift:
    when: {tag_added: 禮}
    once_per: always
    if_late: send
    states: {等: {wait: 1h, next: 送}, 送: {push: 禮物來了，不想收到請輸入「停止推播」, end: true}}
rules: [{when: {text: 要}, do: [{reply: 好}, {add_tags: [禮]}]}]
"""
GIFT = "禮物來了，不想收到請輸入「停止推播」"


async def held_by(shop: Shop, friend: str) -> Any:
    """Why the friend waits at a door."""
    [flow] = (await shop.get(f"friends/{friend}/contact"))["flows"]
    return flow["held"]


async def left(shop: Shop) -> str:
    """What the bot believes to be left, as Prometheus sees it."""
    async with shop.http.get(f"{shop.address}/metrics") as response:
        lines = (await response.text()).splitlines()
    return next((line.split()[-1] for line in lines if line.startswith("oaflow_quota_left{")), "")


async def asked_until(shop: Shop, is_so: Callable[[], Awaitable[bool]]) -> None:
    """Ten minutes pass, and LINE is asked what is left, as often as it takes."""
    async with asyncio.timeout(PATIENCE):
        while not await is_so():
            await shop.do("clock", {"by": "10m"})


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_it_waits_while_there_are_no_messages_and_goes_on_when_there_are(tmp_path: Path) -> None:
    async with open_shop(written(tmp_path, BOT + PLAYBOOK)) as shop:
        friend = await shop.friend()
        await shop.do("channels/main/quota", {"value": 0}, method="PUT")

        async def nothing_is_left() -> bool:
            return await left(shop) == "0.0"

        await asked_until(shop, nothing_is_left)
        await shop.say(friend, "要")
        await shop.do("clock", {"by": "2h"})
        await shop.rest()
        assert await shop.texts(friend) == ["好"]
        assert await held_by(shop, friend) == "quota"
        await shop.do("channels/main/quota", {"value": 5}, method="PUT")

        async def it_has_come() -> bool:
            return await shop.texts(friend) == ["好", GIFT]

        await asked_until(shop, it_has_come)
        await shop.rest()
        assert (await shop.get(f"friends/{friend}/contact"))["flows"] == []

        async def it_is_counted_once() -> bool:
            return await left(shop) == "4.0"

        await asked_until(shop, it_is_counted_once)  # a push during an asking counts twice until the next one
