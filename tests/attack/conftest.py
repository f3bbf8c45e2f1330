"""The worked example with one thing changed: how many codes its team may send in a day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector

from tests.cli.oaflow import serving
from tests.simulator.shop import Shop, worked_example

AT_ONCE = 100
"""Connections side by side: more of them only wait in this process."""


@asynccontextmanager
async def attacked(
    place: Path, sms_per_day: int, headers: Mapping[str, str] | None = None, **environment: str
) -> AsyncIterator[Shop]:
    """A shop whose team may send so many codes in a day; `headers` come with each request."""
    folder = worked_example(place / "shop")
    file = folder / "bot.yaml"
    text = file.read_text("utf-8")
    assert "sms_per_day: 500" in text
    file.write_text(text.replace("sms_per_day: 500", f"sms_per_day: {sms_per_day}"), "utf-8")
    async with (
        serving(str(folder), "--simulator", **environment) as served,
        ClientSession(connector=TCPConnector(limit=AT_ONCE), headers=headers) as http,
    ):
        yield Shop(served.address, folder, http)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with attacked(tmp_path, 100_000) as shop:
        yield shop
