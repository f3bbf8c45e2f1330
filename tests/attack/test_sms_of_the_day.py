"""A crowd of LINE accounts at one address asks over HTTP for all codes of a team's day, as fast as it may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.model.variables import TRUSTED_PROXIES
from bot.web.visitor import FORWARDED
from tests.attack.conftest import attacked
from tests.attack.pages import Visitor, visitor
from tests.simulator.shop import Shop

ATTACKER, OTHER = "203.0.113.7", "198.51.100.9"
ASKED = 5
"""Codes that one LINE account may have in a day."""


@pytest.fixture(params=[20, pytest.param(94, marks=pytest.mark.ring("soak", "more of the same"))])
def crowd(request: pytest.FixtureRequest) -> int:
    """How many LINE accounts the attacker has."""
    count: int = request.param
    return count


@pytest.fixture
async def shop(tmp_path: Path, crowd: int) -> AsyncIterator[Shop]:
    """The worked example behind one proxy; a day has as many codes as the crowd may ask for."""
    headers, proxies = {FORWARDED: ATTACKER}, {TRUSTED_PROXIES: "1"}
    async with attacked(tmp_path, crowd * ASKED, headers, **proxies) as shop:
        yield shop


async def asks(one: Visitor, number: int) -> int:
    """Ask for codes to numbers of one's own; how many came."""
    for n in range(ASKED):
        if one.screen.get("state") == "ask_code":
            await one.answer("更換手機號碼")
        if one.screen.get("state") == "ask_phone":
            await one.answer(f"0955{number:03d}{n:03d}")
    return len(await one.codes())


@pytest.mark.ring("all", "thousands of requests")
async def test_a_crowd_at_one_address_leaves_the_day_to_others(shop: Shop, crowd: int) -> None:
    """B12: 94 accounts had 470 SMS in 8 s, all of a day's; now an address has 10 in a minute."""
    people = await asyncio.gather(*(visitor(shop, name=f"訪客 {n}") for n in range(crowd)))
    began = time.perf_counter()
    came = await asyncio.gather(*(asks(one, number) for number, one in enumerate(people)))
    took = time.perf_counter() - began
    assert 0 < sum(came) <= 10 * (1 + took // 60)
    async with ClientSession(headers={FORWARDED: OTHER}) as http:
        customer = await visitor(Shop(shop.address, shop.folder, http))
        screen: dict[str, Any] = await customer.answer("0922333444")
        assert screen["state"] == "ask_code"
        assert len(await customer.codes()) == 1
