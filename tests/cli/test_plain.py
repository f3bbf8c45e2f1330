"""A process without the short cuts of the hot paths: it works, and says what it is."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest

from bot.app.environment import SettingsWrong, is_plain
from tests.cli.oaflow import serving
from tests.cli.test_announced import at_a_terminal


@pytest.mark.parametrize("value", ["yes", "2", "true"])
def test_what_is_neither_0_nor_1(value: str) -> None:
    with pytest.raises(SettingsWrong, match="OAFLOW_PLAIN"):
        is_plain({"OAFLOW_PLAIN": value})


async def test_it_says_so(shop: Path) -> None:
    for value in ("1", "0"):
        async with (
            serving(str(shop), "--simulator", OAFLOW_PLAIN=value) as served,
            aiohttp.ClientSession() as http,
            http.get(f"{served.address}/metrics") as answer,
        ):
            assert f"oaflow_plain {value}.0" in await answer.text()
            assert ("OAFLOW_PLAIN=1" in json.dumps(served.log)) is (value == "1")


async def test_it_says_so_to_people(shop: Path) -> None:
    run = ("run", str(shop), "--simulator", "--port", "0")
    async with at_a_terminal(*run, LC_ALL="zh_TW.UTF-8", OAFLOW_PLAIN="1") as terminal:
        assert "樸素模式（OAFLOW_PLAIN=1）" in await terminal.says("按 Ctrl-C")
