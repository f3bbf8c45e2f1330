"""`oaflow coupon`: how coupons are doing, codes imported, one redeemed and undone by its code (N1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.promotions.coupons.store.grants import Coupons
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run, Written
from tests.cli.oaflow import ended, serving
from tests.promotions.coupons.examples import asks, coupon

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
stores: {xinyi: {title: 信義店, group: north}, banqiao: {title: 板橋店, group: north}}
store_groups: {north: {title: 北區}}
coupons:
  新朋友折100: {title: 折 100 元, stock: 500, for: 30d}
  母親節: {for: 30d, codes: imported}
rules:
  - {when: {text: 領}, give_coupon: 新朋友折100}
  - {when: {text: 媽}, give_coupon: 母親節}
  - {when: {coupon: any, result: [given, had]}, reply: "{{ event.code }}"}
  - {when: {coupon: any, result: none_left}, reply: 沒有了}
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def told(run: Run, *words: str, code: int = 0) -> Any:
    return json.loads(run(*words, "--json", code=code).out)


def test_a_line_for_each_coupon(shop: Path, on_stores: OnStores, run: Run) -> None:
    async def give(stores: Stores) -> None:
        await stores.of(Coupons).give(
            coupon(name="新朋友折100", stock=500), [asks("main:U1"), asks("main:U2")]
        )

    on_stores(give)
    first, second = told(run, "coupon", "list", str(shop))["coupons"]
    assert (first["coupon"], first["given"], first["held"], first["left"]) == ("新朋友折100", 2, 2, 498)
    assert (second["title"], second["free"], second["left"]) == ("母親節", 0, 0)
    assert run("coupon", "list", str(shop), "--language", "zh-TW").out.splitlines() == [
        "優惠券       已發  還能用  已使用  過期沒用  剩的代碼  還能發",
        "新朋友折100  2     2       0       0                   498",
        "母親節       0     0       0       0         0         0",
    ]


def test_the_same_for_a_spreadsheet(shop: Path, run: Run) -> None:
    heads, first, _ = run("coupon", "list", str(shop), "--csv", "--language", "en").out.split("\r\n", 2)
    assert heads.lstrip("\ufeff") == "coupon,given,still usable,used,ended unused,codes left,may be given"
    assert first == "新朋友折100,0,0,0,0,,500"


def test_codes_are_imported_with_a_yes(shop: Path, run: Run) -> None:
    """Without one nothing is: nobody is there to be asked."""
    file = shop / "codes.csv"
    file.write_text("code\nTEA-0001\nTEA-0002\n=1+1\n", "utf-8")
    order = ["coupon", "import", str(shop), "母親節", str(file), "--language", "en"]
    assert "nothing is done without a yes" in run(*order, code=1).err
    done = told(run, *order, "--yes", code=1)
    assert (done["new"], done["refused"], done["refused_lines"]) == (
        2,
        1,
        [{"line": 4, "why": "it is a formula"}],
    )
    assert told(run, "coupon", "list", str(shop))["coupons"][1]["free"] == 2


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["import", "新朋友折100", "codes.csv", "--yes"], 1, "are not imported"),
        (["import", "母親結", "codes.csv", "--yes"], 1, 'no coupon is called "母親結"'),
        (["import", "母親節", "none.csv", "--yes"], 1, "none.csv"),
        (["import", "母親節"], 2, "write  COUPON FILE  after the playbook"),
        (["redeem", "A", "B"], 2, "write  CODE  after the playbook"),
        (["redeem", "AAAAA-BBBBB", "--store", "北區"], 1, "is a group of stores"),
        (["redeem", "AAAAA-BBBBB", "--store", "內湖店"], 1, "no store is called"),
        (["undo", "AAAAA-BBBBB", "--reason", ""], 2, "--reason: nothing is written"),
    ],
)
def test_what_cannot_be_is_refused(
    shop: Path, words: list[str], code: int, why: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "codes.csv").write_text("code\nTEA-0001\n", "utf-8")
    monkeypatch.chdir(shop)
    assert why in run("coupon", *words, "--language", "en", code=code).err


async def test_one_is_redeemed_once_and_undone(shop: Path, data: Path) -> None:
    """By a bot that runs: each command waits for what came of it."""
    async with serving(str(shop), "--simulator") as served, ClientSession() as http:
        api = f"{served.address}/simulator/api"

        async def does(path: str, body: object) -> Any:
            async with http.post(f"{api}/{path}", json=body) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        friend = (await does("friends", {"channel": "main", "name": "小美"}))["id"]
        await does(f"friends/{friend}/follow", {})
        await does(f"friends/{friend}/say", {"text": "領"})
        await does("clock", {"by": "0s"})  # everything so far is decided
        async with http.get(f"{api}/friends/{friend}/messages") as answer:
            code = (await answer.json())["messages"][-1]["content"]["text"]
        said = [
            await ended("coupon", *words, "--json")
            for words in (
                ("redeem", str(shop), code.lower(), "--store", "信義店", "--by", "小陳"),
                ("redeem", str(shop), code),
                ("undo", str(shop), code, "--reason", "刷錯"),
            )
        ]
        done = [json.loads(one.out) for one in said]
    assert [(one["result"], one["store"]) for one in done] == [
        ("redeemed", "xinyi"),
        ("was_redeemed", "xinyi"),
        ("undone", ""),
    ]
    assert [one.code for one in said] == [0, 1, 0]
    assert (done[0]["title"], done[0]["name"]) == ("折 100 元", "小○○")
