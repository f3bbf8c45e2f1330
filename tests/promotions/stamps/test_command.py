"""`oaflow stamp`: how stamp cards are doing, and stamps put on one at a terminal (N2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.contact import Contact
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run, Written
from tests.people import come

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
coupons: {折50: {for: 30d, per_person: 50, title: 折 50 元}}
stamp_cards: {集點: {title: 森活集點卡, cells: 10, rewards: {10: 折50}, per_day: 3}}
rules: [{when: {text: 嗨}, reply: 嗨}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_a_line_for_each_card(shop: Path, run: Run) -> None:
    assert run("stamp", "list", str(shop), "--language", "zh-TW").out.splitlines() == [
        "集點卡  點數  集滿  到期沒集滿",
        "集點    0     0     0",
    ]


def test_stamps_wait_for_a_running_bot(
    shop: Path, on_stores: OnStores, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.operations.contact_changes.PATIENCE", 0.01)

    async def here(stores: Stores) -> None:
        await come(stores.contacts, Contact("main:U7", name="小美"))

    on_stores(here)
    words = ("stamp", "put", str(shop), "main:U7", "集點", "--count", "2", "--language", "en")
    assert "stored: it is done as soon as oaflow runs" in run(*words, code=1).err
    assert "--count: a number from 1 to 100" in run(*words[:-3], "101", "--language", "en", code=2).err

    async def stored(stores: Stores) -> None:
        [line] = [one for one in await stores.audit.of("main:U7") if one.what == "stamped"]
        assert line.details == ("集點", "2")

    on_stores(stored)
