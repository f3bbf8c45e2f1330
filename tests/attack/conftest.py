"""The worked example with one thing changed: its team may send as many codes as attackers can ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector

from tests.cli.oaflow import serving
from tests.simulator.shop import Shop, worked_example

AT_ONCE = 100
"""Connections side by side: more of them only wait in this process."""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    folder = worked_example(tmp_path / "shop")
    file = folder / "bot.yaml"
    text = file.read_text("utf-8")
    assert "sms_per_day: 500" in text
    file.write_text(text.replace("sms_per_day: 500", "sms_per_day: 100000"), "utf-8")
    async with (
        serving(str(folder), "--simulator") as served,
        ClientSession(connector=TCPConnector(limit=AT_ONCE)) as http,
    ):
        yield Shop(served.address, folder, http)
