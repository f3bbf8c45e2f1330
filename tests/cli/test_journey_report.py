"""`oaflow journey report`: of who began, how many reached the goal in their own time, by groups. N6"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.engine.compiled.goal import begun_flow, goal_of_flow
from bot.model.audit import AuditRow
from bot.model.counts import (
    BEGUN,
    CALLED_OFF,
    CARD_LEFT_OUT,
    FAILED,
    FINISHED,
    MISSED,
    OF_GOALS,
    OF_ORDERS,
    PAID,
    PUSHED,
    REACHED,
    REFUSED_AT_SHOP,
    SENT,
    SKIPPED,
    Counted,
)
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from tests.cli.commands import Written
from tests.cli.oaflow import ended
from tests.cli.people_database import opened, stores_in

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, access_token: token-of-main}
tags: {新客: {added_by: staff}, 買過: {added_by: staff}}
splits: {試試: {優惠: 50, 對照: 50}, 別的: {一: 100}}
flows:
  welcome:
    title: 歡迎旅程
    when: {tag_added: 新客}
    once_per: always
    goal: {tag_added: 買過, within: 7d}
    states:
      分組: {branch: [{if: {split: {試試: 優惠}}, to: 優惠}, {to: 完}]}
      優惠: {push: 早, wait: 1d, next: 看}
      看: {branch: [{if: {split: {別的: 一}}, to: 完}, {to: 完}]}
      完: {end: true}
  plain:
    when: {tag_added: 新客}
    once_per: always
    goal: {tag_added: 買過, within: 7d}
    states: {一: {push: 早, end: true}}
  aimless: {when: {tag_added: 新客}, once_per: always, states: {一: {push: 早, end: true}}}
"""
DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)


def contact(name: str) -> str:
    return f"main:U{name}"


def row(who: str, ago: timedelta, *marks: tuple[str, ...]) -> TimelineRow:
    """Somebody began (with split and group) or reached something, so long ago."""
    kinds = {1: REACHED, 2: BEGUN, 3: BEGUN}
    id_ = f"main:{who} {ago} {marks}"
    about = [tuple(one for one in mark if one) for mark in marks]
    told = tuple(
        Mark("main", OF_GOALS, BEGUN if mark[0].startswith("begins") else kinds[len(mark)], mark)
        for mark in about
    )
    of = contact(who)
    return TimelineRow(id_, of, part_of(of), NOW - ago, "text", (), None, Counted(id_, "2026-01-01", told))


def began(who: str, ago: timedelta, group: str = "") -> TimelineRow:
    name = begun_flow("welcome")
    return row(who, ago, (name,), *([(name, "試試", group), (name, "別的", "一")] if group else []))


def reached(who: str, ago: timedelta) -> TimelineRow:
    return row(who, ago, (goal_of_flow("welcome"),))


def pushes(name: str, *marks: tuple[str, ...]) -> TimelineRow:
    """What became of pushes of the journey, a day ago."""
    day = f"{NOW - DAY:%Y-%m-%d}"
    told = tuple(Mark("main", "welcome", one[0], one[1:]) for one in marks)
    of = contact("a")
    return TimelineRow(name, of, part_of(of), NOW - DAY, "text", (), None, Counted(name, day, told))


ROWS = [
    pushes("p", *[(PUSHED, "一")] * 5, *[(SENT, "一", "push")] * 4, (FAILED, "一", "bad-request")),
    pushes("q", *[(SKIPPED, "一", REFUSED_AT_SHOP)] * 2, (SKIPPED, "一", CARD_LEFT_OUT)),
    pushes("r", *[(FINISHED, "完")] * 5, *[(MISSED, "完")] * 2),
    *(began(who, 20 * DAY, "優惠") for who in "abcd"),
    *(began(who, 20 * DAY, "對照") for who in "xyz"),
    reached("a", 19 * DAY),
    reached("a", 18 * DAY),  # counts once
    reached("b", 21 * DAY),  # before it began
    reached("c", 12 * DAY),  # too late
    reached("x", 13 * DAY),  # at the last moment
    began("y", 5 * DAY, "對照"),  # again: the first time counts
    reached("y", 4 * DAY),
    began("e", 5 * DAY, "優惠"),  # has time left
    began("f", 2 * DAY, "優惠"),
    reached("f", DAY),
    began("old", 30 * DAY),  # when it asked for no split
    reached("nobody of it", 19 * DAY),
    reached("merged", 18 * DAY),  # who was d when it began
    began("g", 500 * DAY, "優惠"),  # nothing is kept so long, unless MongoDB is late
]


MERGED = [("d", "between", 17 * DAY), ("between", "merged", 16 * DAY), ("z", "x", 15 * DAY)]


@pytest.fixture
async def shop(tmp_path: Path, written: Written) -> Path:
    """Whose journey some have gone through."""
    written(BOT)
    async with opened(tmp_path) as database:
        await database.stores.journal.timeline(ROWS)
        for gone, into, ago in MERGED:
            line = AuditRow(gone, NOW - ago, "bot", "merged", contact(into), contact(gone))
            await database.stores.audit.add(line)
        stubs = [{"_id": contact(gone), "to": contact(into)} for gone, into, _ in MERGED[:2]]
        await database.database.collection("contacts").insert_many(stubs)  # the third merge was undone
    return tmp_path


def paid(who: str, ago: timedelta, key: str, amount: str, what: str = PAID) -> TimelineRow:
    id_, of = f"main:{who} {key} {what}", contact(who)
    about = (key, amount, (NOW - ago).isoformat()) if what == PAID else (key,)
    marks = (Mark("main", OF_ORDERS, what, about),)
    counted = Counted(id_, "2026-01-01", marks)
    return TimelineRow(id_, of, part_of(of), NOW - ago, "shop order", (), None, counted)


async def test_n6_what_each_group_has_spent_in_its_time(shop: Path) -> None:
    """Of those whose time is over; what came too late or was called off is not among it."""
    async with stores_in(shop) as stores:
        await stores.journal.timeline(
            [
                paid("a", 19 * DAY, "1", "900"),
                paid("a", 18 * DAY, "2", "100.5"),
                paid("b", 12 * DAY, "3", "700"),  # too late
                paid("merged", 18 * DAY, "4", "50"),  # who was d when it began
                paid("c", 18 * DAY, "5", "300"),
                paid("c", DAY, "5", "", CALLED_OFF),
                paid("e", DAY, "6", "900"),  # has time left
            ]
        )
    told = json.loads((await ended("journey", "report", str(shop), "welcome", "--json")).out)
    assert [one["spent"] for one in told["groups"]] == [
        {"people": 4, "buyers": 2, "money": "1050.5", "per_person": 262.625},
        {"people": 3, "buyers": 0, "money": "0", "per_person": 0.0},
    ]
    [difference] = told["spent_differences"]
    assert (difference["seen"], difference["low"]) == (False, None)


async def test_each_counts_once_in_their_own_time(shop: Path) -> None:
    """Who has time left is in no rate, whether they are there already or not."""
    end = await ended("journey", "report", str(shop), "welcome", "--json")
    assert (end.code, end.err) == (0, "")
    told = json.loads(end.out)
    asked = ("group", "holdout", "began", "over", "reached", "under_way", "early")
    assert [tuple(one[key] for key in asked) for one in told["groups"]] == [
        ("優惠", False, 6, 4, 2, 2, 1),
        ("對照", True, 3, 3, 1, 0, 0),
    ]
    assert (told["split"], told["other_splits"], told["ungrouped"]) == ("試試", ["別的"], 1)
    assert (told["goal"], told["within_seconds"]) == ("tag_added 買過", 7 * 86_400)
    assert [one["seen"] for one in told["differences"]] == [False]


async def test_it_is_told_in_lines_as_a_table_and_as_a_picture(shop: Path) -> None:
    where = (str(shop), "welcome", "--language", "zh-TW")
    lines = (await ended("journey", "report", *where)).out.splitlines()
    assert lines[0] == "welcome  歡迎旅程"
    assert lines[1] == "  最近 400 天有 9 人開始"
    assert lines[2:4] == [
        "  優惠：6 人；2 人還在期限內，目前 1 人達成",
        "  對照：3 人（對照組）",
    ]
    assert lines[4:6] == [
        "  推播：應發 8 則，已送出 4，失敗 1，未發 3（在商店不收行銷 2、卡片是空的 1），等待中 0",
        "  走完的 5 人裡，2 人有推播未發",
    ]
    assert any("優惠 和 對照：看不出差別" in line for line in lines)
    assert lines[-1] == "看其他隨機分組的各組：  --split 名稱"
    table = await ended("journey", "report", *where, "--csv")
    found = list(csv.DictReader(io.StringIO(table.out.removeprefix("\ufeff"))))
    assert [(one["組別"], one["對照組"], one["期限已到"], one["比例"]) for one in found] == [
        ("優惠", "", "4", "0.50000"),
        ("對照", "是", "3", "0.33333"),
    ]
    picture = shop / "report.svg"
    assert (await ended("journey", "report", *where, "--svg", str(picture))).code == 0
    root = ElementTree.parse(picture).getroot()
    assert root.tag.endswith("svg")
    assert "未發 3（在商店不收行銷 2、卡片是空的 1）" in "".join(root.itertext())
    assert "--split" not in "".join(root.itertext()), "a picture is for people without a terminal"
    nowhere = await ended("journey", "report", *where, "--svg", str(shop / "no" / "x.svg"))
    assert (nowhere.code, nowhere.out) == (1, "")


async def test_the_days_that_are_asked_for_are_told(shop: Path) -> None:
    told = await ended("journey", "report", str(shop), "welcome", "--days", "1", "--language", "zh-TW")
    assert told.out.splitlines()[1].startswith("  最近 1 天有 ")
    told = await ended("journey", "report", str(shop), "welcome", "--days", "3660")
    assert told.out.splitlines()[1] == "  9 people began it in the last 400 days"


async def test_another_split_and_a_shorter_time(shop: Path) -> None:
    other = await ended("journey", "report", str(shop), "welcome", "--split", "別的", "--json")
    assert [(one["group"], one["began"]) for one in json.loads(other.out)["groups"]] == [("一", 9)]
    late = await ended("journey", "report", str(shop), "welcome", "--days", "7", "--json")
    told = json.loads(late.out)
    assert [one["began"] for one in told["groups"]] == [2, 1]
    assert told["groups"][0]["rate"] is None
    lines = await ended("journey", "report", str(shop), "welcome", "--days", "7", "--language", "en")
    assert "    優惠  nobody's time is over yet" in lines.out.splitlines()


async def test_a_journey_nobody_began_and_one_that_is_for_nothing(shop: Path) -> None:
    where = (str(shop), "plain", "--language", "en")
    end = await ended("journey", "report", *where, "--svg", str(shop / "plain.svg"))
    assert end.code == 0
    lines = (await ended("journey", "report", *where)).out.splitlines()
    assert lines[2:5] == [
        "  0 people",
        'got the tag "買過", within 7 days:',
        "    nobody's time is over yet",
    ]
    none = await ended("journey", "report", str(shop), "aimless", "--language", "en")
    assert none.code == 1
    assert "has no goal" in none.err
    unknown = await ended("journey", "report", *where, "--split", "別的")
    assert unknown.code == 1
    assert "it asks for none" in unknown.err
