"""`oaflow draw`: how the prizes of draws are doing, and who has won them (N3)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.contact import Contact
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.draws.model import prize_of
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run, Written
from tests.people import come
from tests.promotions.coupons.examples import asks, coupon

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
coupons: {折50: {for: 30d, stock: 10, title: 折 50 元}}
draws: {抽: {title: 週年慶抽獎, prizes: {折五十: {coupon: 折50, odds: 5%}}}}
rules: [{when: {text: 嗨}, reply: 嗨}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_a_line_for_each_prize(shop: Path, run: Run) -> None:
    assert run("draw", "list", str(shop), "--language", "en").out.splitlines() == [
        "draw  prize   odds  won  may be given  tries until it runs out",
        "抽    折五十  5%    0    10            200",
    ]
    [draw] = json.loads(run("draw", "list", str(shop), "--json").out)["draws"]
    assert (draw["nothing"], [one["left"] for one in draw["prizes"]]) == (0, [10])


def test_winners_have_their_names_and_the_audit_log_has_who_looked(
    shop: Path, on_stores: OnStores, run: Run
) -> None:
    async def won(stores: Stores) -> None:
        await come(stores.contacts, Contact("main:U1", name="小美"))
        asked = [replace(asks(f"main:U{number}"), given_for=prize_of("抽")) for number in (1, 2)]
        await stores.of(Coupons).give(coupon(name="折50", stock=10), asked)

    on_stores(won)
    names = [line.split()[3:5] for line in run("draw", "winners", str(shop), "抽").out.splitlines()[1:]]
    assert sorted(names) == [["–", "main:U2"], ["小美", "main:U1"]]
    assert json.loads(run("draw", "winners", str(shop), "抽", "--json").out)["winners"][0]["used"] is None

    [line] = json.loads(run("audit", str(shop), "--kind", "people_searched", "--json").out)["entries"]
    assert (line["about"], line["times"]) == ("the winners of a draw", 2)
