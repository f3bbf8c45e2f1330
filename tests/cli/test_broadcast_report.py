"""`oaflow broadcast report`: what became of a sending; what people did is theirs, and in time (I5)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from bot.engine.compiled.goal import goal_of_broadcast, tapped_of
from bot.model.audit import AuditRow
from bot.model.broadcast import Recipient, Sending, SendingBatch
from bot.model.counts import OF_GOALS, OF_ORDERS, PAID, REACHED, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.store.stores import Stores
from tests.cli.commands import Written
from tests.cli.oaflow import ended
from tests.cli.people_database import opened, stores_in
from tests.fakes.fake_line import Answers, FakeLine

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, access_token: token-of-main}
tags: {買過: {added_by: staff}}
splits: {試試: {甲: 45, 乙: 45, 不發: 10}}
broadcasts:
  雙11:
    to: everyone
    split: 試試
    push:
      甲:
        - buttons: {text: 八折，輸入「停止推播」就不再收到, taps: [{label: 好, reply: 謝謝}]}
      乙: [九折, 輸入「停止推播」就不再收到]
      不發: nothing
    goal: {tag_added: 買過, within: 2d}
  還沒發: {to: everyone, push: [特惠, 輸入「停止推播」就不再收到]}
rules:
  - {when: {text: 嗨}, reply: 您好}
"""
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INSIGHT = "/v2/bot/insight/message/event/aggregation"


def contact(name: str) -> str:
    return f"main:U{name}"


def batch(number: int, group: str, people: str, at: datetime | None) -> SendingBatch:
    some = tuple(Recipient(contact(one), f"U{one}") for one in people)
    found = SendingBatch(f"雙11@1#{number}", "雙11@1", number, "main", group, some, at=at)
    if at is None:
        return replace(
            found, state="dropped", left_out=dict.fromkeys((one.contact for one in some), "nothing")
        )
    return replace(found, state="over")


SENDING = Sending("雙11@1", "雙11", "main", AT, AT, "gathering", units={"甲": "unit_a", "乙": "unit_b"})
BATCHES = (
    batch(0, "甲", "abcd", AT + HOUR),
    batch(1, "不發", "xy", None),  # beside the first: theirs is its moment
    replace(
        batch(2, "乙", "efg", AT + 5 * HOUR),
        left_out={contact("g"): "refused"},
        refusals={contact("g"): "LINE's words"},
    ),
)


def row(who: str, what: str, after: timedelta, *goals: str, channel: str = "main") -> TimelineRow:
    at = AT + after
    id_ = f"{channel}:{who} {what} {after}"
    counted = Counted(id_, "2026-01-01", tuple(Mark(channel, OF_GOALS, REACHED, (one,)) for one in goals))
    of = contact(who)
    return TimelineRow(id_, of, part_of(of), at, what, (), None, counted if goals else None)


def rows() -> list[TimelineRow]:
    goal, tap = goal_of_broadcast("雙11"), tapped_of("雙11")
    return [
        row("a", "text", 2 * HOUR),
        row("a", "image", 3 * HOUR),  # counts once
        row("b", "text", HOUR / 2),  # before it came
        row("c", "text", DAY + HOUR + HOUR),  # too late
        row("d", "unfollow", 2 * HOUR),
        row("d", "unfollow", 2 * HOUR, channel="other"),
        row("e", "unfollow", 2 * HOUR, channel="other"),
        row("b", "postback", 3 * HOUR, tap),
        row("c", "postback", 3 * HOUR, tapped_of("another")),
        row("d", "answer on page", 2 * HOUR, "bound"),  # before it was tapped
        row("d", "page: binding", 4 * HOUR, tap),
        row("f", "page: binding", 2 * DAY, tap),  # too late for the tap, and not for what it led to
        row("then f", "answer on page", 3 * DAY, "bound"),  # who was f
        row("a", "postback", 4 * HOUR, goal),
        row("b", "postback", 2 * DAY, goal),
        row("c", "postback", 2 * DAY + HOUR + HOUR / 2, goal),  # too late
        row("x", "text", 2 * HOUR, "bound", goal),
        row("y", "text", DAY + 2 * HOUR),  # too late for who was gathered beside the first
        row("e", "text", DAY + 2 * HOUR, "bound"),  # in time: it came five hours later
        row("nobody of it", "text", 2 * HOUR, goal, "bound"),
    ]


async def put_in(stores: Stores) -> None:
    assert await stores.sendings.add(SENDING)
    assert await stores.sendings.gathered(SENDING, BATCHES, contact("y"))
    fixed, over = AT + HOUR / 6, AT + 6 * HOUR
    assert await stores.sendings.change(SENDING.id, ["gathering"], state="done", fixed=fixed, ended=over)
    await stores.journal.timeline(rows())
    merged = AuditRow("1", AT + 2 * DAY + HOUR, "bot", "merged", contact("then f"), contact("f"))
    await stores.audit.add(merged)


@pytest.fixture
async def line(tmp_path: Path, written: Written) -> AsyncIterator[FakeLine]:
    """A shop that has sent something, and LINE."""
    written(BOT)
    async with opened(tmp_path) as database:
        await put_in(database.stores)
        stub = {"_id": contact("f"), "to": contact("then f")}
        await database.database.collection("contacts").insert_one(stub)
    async with FakeLine.running() as line:
        told = {"overview": {"uniqueImpression": 3, "uniqueClick": None}, "messages": [], "clicks": []}
        line.always(INSIGHT, Answers(200, told))
        yield line


async def test_n6_what_each_group_has_spent_since_it_came_to_them(tmp_path: Path, line: FakeLine) -> None:
    """Who gets nothing from the moment of the batch beside theirs; what came before it is not among it."""
    async with stores_in(tmp_path) as stores:
        orders = [("a", HOUR / 2, "5000"), ("a", 2 * HOUR, "900"), ("x", 2 * HOUR, "80"), ("e", DAY, "20.5")]
        bought = [
            replace(row(who, "shop", after, "-"), counted=Counted(f"o{number}", "2026-01-01", (mark,)))
            for number, (who, after, amount) in enumerate(orders)
            for mark in (Mark("main", OF_ORDERS, PAID, (f"o{number}", amount, (AT + after).isoformat())),)
        ]
        await stores.journal.timeline(bought)
    end = await ended("broadcast", "report", str(tmp_path), "雙11", "--json", OAFLOW_LINE_API=line.url)
    spent = {one["group"]: one["spent"] for one in json.loads(end.out)["groups"]}
    assert {name: (one["people"], one["buyers"], one["money"]) for name, one in spent.items()} == {
        "甲": (4, 1, "900"),
        "乙": (3, 1, "20.5"),
        "不發": (2, 1, "80"),
    }


async def test_each_is_counted_once_in_their_own_time(line: FakeLine, tmp_path: Path) -> None:
    end = await ended("broadcast", "report", str(tmp_path), "雙11", "--json", OAFLOW_LINE_API=line.url)
    assert (end.code, end.err) == (0, "")
    told = json.loads(end.out)
    numbers = {
        one["group"]: {what: cell["number"] for what, cell in one["reactions"].items()}
        for one in told["groups"]
    }
    assert numbers == {
        "甲": {
            "goal": 2,
            "bound": 1,
            "bound_by_tap": 0,
            "replied": 1,
            "tapped": 2,
            "opened": 3,
            "clicked": None,
            "blocked": 1,
        },
        "乙": {
            "goal": 0,
            "bound": 2,
            "bound_by_tap": 1,
            "replied": 1,
            "tapped": 0,
            "opened": 2,  # of two who got it: LINE's figures are about right only
            "clicked": None,
            "blocked": 0,
        },
        "不發": {"goal": 1, "bound": 1, "replied": 1, "blocked": 0},
    }
    assert told["refused"] == {"LINE's words": 1}
    assert [one["people"] for one in told["groups"]] == [4, 3, 2]
    assert told["goal"] == "tag_added 買過"
    asked = [parse_qs(one.query) for one in line.of(INSIGHT)]
    assert [one["customAggregationUnit"] for one in asked] == [["unit_a"], ["unit_b"]]


async def test_it_is_told_in_lines_as_a_table_and_as_a_picture(line: FakeLine, tmp_path: Path) -> None:
    where = (str(tmp_path), "雙11", "--language", "zh-TW")
    lines = await ended("broadcast", "report", *where, OAFLOW_LINE_API=line.url)
    assert "    甲 和 乙：看不出差別" in lines.out
    assert "    未發 1 人（LINE 不肯發給這個人 1）\n" in lines.out
    assert "不到 20 人，LINE 不給數字" in lines.out
    table = await ended("broadcast", "report", *where, "--csv", OAFLOW_LINE_API=line.url)
    found = list(csv.DictReader(io.StringIO(table.out.removeprefix("\ufeff"))))
    assert (found[0]["組別"], found[0]["反應"]) == ("甲", "達成目標")
    english = await ended(
        "broadcast", "report", str(tmp_path), "雙11", "--csv", "--language", "en", OAFLOW_LINE_API=line.url
    )
    assert english.out.startswith("\ufeffgroup,people,got,reaction,")
    picture = tmp_path / "report.svg"
    drawn = await ended("broadcast", "report", *where, "--svg", str(picture), OAFLOW_LINE_API=line.url)
    assert drawn.code == 0
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    nowhere = await ended(
        "broadcast", "report", *where, "--svg", str(tmp_path / "no" / "x.svg"), OAFLOW_LINE_API=line.url
    )
    assert (nowhere.code, nowhere.out) == (1, "")


async def test_without_line_the_rest_is_told(line: FakeLine, tmp_path: Path) -> None:
    line.always(INSIGHT, Answers(503, {"message": "busy"}))
    end = await ended(
        "broadcast", "report", str(tmp_path), "雙11", "--language", "en", OAFLOW_LINE_API=line.url
    )
    assert end.code == 0
    assert "LINE tells nothing now" in end.out
    assert "opened it" not in end.out
    assert "blocked the account" in end.out


async def test_of_what_has_not_gone_out_nothing_is_told(line: FakeLine, tmp_path: Path) -> None:
    end = await ended("broadcast", "report", str(tmp_path), "還沒發", "--language", "en")
    assert (end.code, end.err) == (1, 'oaflow: "還沒發" has not gone out yet\n')
