"""N6: `oaflow attribution` in lines, JSON, CSV and as a picture; cohorts by month of binding."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.engine.compiled.goal import opened_link
from bot.model.counts import BOUND, OF_BINDINGS, OF_GOALS, OF_ORDERS, PAID, REACHED, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from tests.cli.commands import Written
from tests.cli.oaflow import ended
from tests.cli.people_database import stores_in

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, access_token: token-of-main}
links: {stand: {title: "=門市立牌", send: 優惠}}
rules: [{when: {text: 優惠}, reply: 好}]
"""
HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)
PLACED = (NOW - HOUR).isoformat()


def row(who: str, ago: timedelta, mark: Mark) -> TimelineRow:
    of, id_ = f"main:U{who}", f"main:{who} {ago} {mark}"
    counted = Counted(id_, f"{NOW - ago:%Y-%m-%d}", (mark,))
    return TimelineRow(id_, of, part_of(of), NOW - ago, "x", (), None, counted)


ROWS = [
    row("a", 3 * HOUR, Mark("main", OF_BINDINGS, BOUND, ("phone",))),
    row("a", 2 * HOUR, Mark("main", OF_GOALS, REACHED, (opened_link("stand"),))),
    row("a", HOUR, Mark("main", OF_ORDERS, PAID, ("s 1", "1200", PLACED))),
    row("b", HOUR, Mark("main", OF_ORDERS, PAID, ("s 2", "300", PLACED))),
]


@pytest.fixture
async def shop(tmp_path: Path, written: Written) -> Path:
    written(BOT)
    async with stores_in(tmp_path) as stores:
        await stores.journal.timeline(ROWS)
    return tmp_path


async def test_the_headline_comes_first_and_how_to_read_it_last(shop: Path) -> None:
    end = await ended("attribution", "report", str(shop), "--days", "90")
    assert (end.code, end.err) == (0, "")
    lines = end.out.splitlines()
    assert lines[0] == (
        "NT$1,200 in 1 order after a contact on LINE: 80.0% of what bound members bought in 90 days"
    )
    assert lines[1] == "Most as last contact: “=門市立牌”, NT$1,200"
    assert lines[3].split("  ")[0] == "link"
    assert "without one before: NT$300 (1 order)" in lines


async def test_as_json_csv_and_a_picture(shop: Path, tmp_path: Path) -> None:
    told = json.loads((await ended("attribution", "report", str(shop), "--days", "90", "--json")).out)
    assert (told["total"], told["direct"]) == (
        {"orders": 2, "money": "1500"},
        {"orders": 1, "money": "300"},
    )
    [source] = told["sources"]
    assert (source["kind"], source["name"], source["last"]) == (
        "link",
        "stand",
        {"orders": 1, "money": "1200"},
    )
    table = (await ended("attribution", "report", str(shop), "--days", "90", "--csv")).out
    [line] = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert (line["title"], line["money_last"]) == ("'=門市立牌", "1200"), "no spreadsheet takes it for a sum"
    picture = tmp_path / "brought.svg"
    await ended("attribution", "report", str(shop), "--days", "90", "--svg", str(picture))
    texts = ["".join(one.itertext()) for one in ElementTree.fromstring(picture.read_text("utf-8")).iter()]
    assert any("1 order in 90 days" in text for text in texts)


async def test_cohorts_by_month_of_binding(shop: Path) -> None:
    told = json.loads((await ended("attribution", "cohorts", str(shop), "--json")).out)
    [cohort] = told["cohorts"]
    assert (cohort["people"], cohort["orders"], cohort["money"]) == (1, 1, "1200")
    end = await ended("attribution", "cohorts", str(shop))
    newest = end.out.splitlines()[-1].split()
    assert newest[1:3] == ["1", "NT$1,200"]
    assert newest[-1] == "NT$1,200", "in the month of the order: that of the binding, or the next"
    table = (await ended("attribution", "cohorts", str(shop), "--csv")).out
    assert table.splitlines()[0].endswith("bound_in,people,months_later,buyers,orders,money")


@pytest.mark.parametrize("wrong", [("--within", "31"), ("--within", "x"), ("--days", "0")])
async def test_a_time_that_is_none_is_refused(shop: Path, wrong: tuple[str, str]) -> None:
    end = await ended("attribution", "report", str(shop), *wrong)
    assert end.code == 2
    assert wrong[0] in end.err
