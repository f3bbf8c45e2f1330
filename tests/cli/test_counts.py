"""What was counted, shown: `journey counts`, `graph --live` (H7), `richmenu counts` (G5)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.database import OpenDatabase
from bot.cli.main import main
from bot.engine.compiled.playbook import TAIPEI
from bot.engine.times.local_time import today
from bot.model.contact import Contact, Identity
from bot.model.counts import ENTERED, FINISHED, LEFT, PASSED, PUSHED, SENT, SKIPPED, TAPPED, Counted
from bot.model.instance import Hold, Instance
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from tests.cli.commands import Run, Written
from tests.cli.people_database import on_database
from tests.people import come
from tests.pictures import png

NOW = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
"""A second before midnight in Taipei."""
TODAY = today(NOW, TAIPEI)
BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
tags: {甲: {added_by: staff}}
flows:
  welcome:
    title: 歡迎旅程
    when: {tag_added: 甲}
    once_per: person
    if_late: send
    rules: [{when: {text: 走}, name: bye, exit: welcome}]
    states:
      等: {rules: [{when: {text: 快}, name: soon, to: 推}], give_up_after: {1h: 推}}
      推: {push: 嗨, end: true}
rich_menus:
  - menu: 主選單
    image: menu.png
    chat_bar: 選單
    grid: [左 右]
    areas: {左: {label: 左, send: 優惠}, 右: {label: 右, open: "https://forest.example"}}
rules: [{when: {text: 優惠}, reply: 好}]
"""


def mark(what: str, *about: str) -> Mark:
    return Mark("main", "welcome", what, about)


def row(name: str, days_ago: int, *marks: Mark) -> TimelineRow:
    day = (TODAY - timedelta(days=days_ago)).isoformat()
    return TimelineRow(name, "main:U1", part_of("main:U1"), NOW, "x", counted=Counted(name, day, marks))


ROWS = (
    row("a", 40, mark(ENTERED)),
    row("b", 1, mark(ENTERED), mark(PASSED, "等", "soon", "推"), mark(PUSHED, "推"), mark(FINISHED, "推")),
    row("b#0", 1, mark(SENT, "推", "push")),
    row("c", 0, mark(ENTERED), mark(PASSED, "等", "bye", ""), mark(LEFT, "等", "exit")),
    row("d", 0, mark(SKIPPED, "推", "late"), Mark("main", "", TAPPED, ("主選單/主選單/左",))),
)
"""Not counted yet, as after a moment in which nobody has served."""


class Stopped:
    """A clock that says `NOW`: no midnight comes between what is stored and what is asked."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def shop(tmp_path: Path, written: Written, monkeypatch: pytest.MonkeyPatch) -> Path:
    written(BOT)
    (tmp_path / "menu.png").write_bytes(png(2500, 843))
    monkeypatch.setattr("bot.operations.simulated_time.SystemClock", Stopped)

    async def fill(opened: OpenDatabase) -> None:
        await opened.stores.journal.timeline(ROWS)
        here = Instance("welcome", "main", "等", 1, NOW, NOW, held=Hold("staff"))
        after = Contact("main:U1", identities=(Identity("main", "U1"),), flows=(here,))
        await come(opened.stores.contacts, after)

    on_database(tmp_path, fill)
    return tmp_path


def test_h7_the_counts_of_a_journey_day_by_day(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "counts", str(shop), "welcome"]) == 0
    yesterday = TODAY - timedelta(days=1)
    out = capsys.readouterr().out.splitlines()
    head = "day entered finished missed gave up left due sent failed skipped held"
    assert out[0].split() == head.split()
    assert [line.split() for line in out[1:4]] == [
        f"{yesterday} 1 1 0 0 0 1 1 0 0 0".split(),
        f"{TODAY} 1 0 0 0 1 1 0 0 1 0".split(),
        ["in", "all", "2", "1", "0", "0", "1", "2", "1", "0", "1", "0"],
    ]
    pushes = "pushes: 2 due, 1 sent, 0 failed, 1 skipped (too late 1), 0 waiting"
    assert out[4:] == ["", pushes, "ended: 1", "  推: 1", "now in it: 1", "  等: 1 (1 held: staff)"]


def test_h7_the_counts_for_programs(shop: Path, run: Run) -> None:
    told = json.loads(run("journey", "counts", str(shop), "welcome", "--days", "1", "--json").out)
    assert told["here"] == [{"channel": "main", "state": "等", "held": "staff", "number": 1}]
    of_today = {"day": TODAY.isoformat(), "channel": "main", "number": 1}
    counts = [{key: value for key, value in one.items() if value is not None} for one in told["counts"]]
    assert sorted(counts, key=lambda one: str(one["what"])) == [
        {**of_today, "what": "entered"},
        {**of_today, "what": "left", "state": "等", "why": "exit"},
        {**of_today, "what": "passed", "state": "等", "rule": "bye"},
        {**of_today, "what": "skipped", "state": "推", "why": "late"},
    ]


def test_a_flow_that_is_not_there(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["journey", "counts", str(shop), "welcom"], ["graph", str(shop), "welcom", "--live"]):
        assert main(command) == 1
        said = 'oaflow: the playbook has no flow "welcom"; a similar name exists: "welcome"\n'
        assert capsys.readouterr().err == said


def test_days_are_a_number(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "counts", str(shop), "welcome", "--days", "0"]) == 2
    assert "--days: a number from 1 to 3660" in capsys.readouterr().err


def test_h7_the_figures_stand_on_the_picture(shop: Path, run: Run) -> None:
    """On each box and each arrow, also where it is 0; those of 40 days ago are not among them."""
    said = run("graph", str(shop), "welcome", "--live", "--language", "en")
    lines = [line.strip() for line in said.out.splitlines()]
    since = TODAY - timedelta(days=29)
    assert lines[1] == f'title: "歡迎旅程 (from {since}; in it now: 1; costs a person at most 1 message)"'
    assert lines[4:] == [
        's1["等 · 1<br/>1 wait at the door, 1 left"]',
        's2(["推 · 1<br/>push 「嗨」 ($)<br/>1 sent, 1 skipped (too late 1)"])',
        'begin((" "))',
        'everywhere{{"in every state"}}',
        'out(["exit"])',
        'begin -->|"tag_added 甲<br/>once_per person<br/>2"| s1',
        's1 -->|"text 快<br/>1"| s2',
        's1 -->|"after 1h<br/>0"| s2',
        'everywhere -->|"text 走<br/>exit welcome<br/>1"| out',
        "classDef costs stroke-width:4px,stroke:#b5651d",
        "class s2 costs",
    ]


def test_h7_the_picture_for_a_browser_has_them_too(shop: Path, run: Run) -> None:
    drawn = run("graph", str(shop), "welcome", "--live", "--days", "60", "--format", "svg").out
    assert '<text class="figure" text-anchor="end"' in drawn
    assert "welcome · from" in drawn


def test_h7_a_chinese_picture_has_no_english(shop: Path, run: Run) -> None:
    """But names: of files, flows, cards, attributes without a title."""
    said = run("graph", str(shop), "welcome", "--live", "--days", "60", "--language", "zh-TW")
    drawn = said.out.splitlines()[3:]
    shown = "".join(part for line in drawn for part in re.findall(r'"([^"]*)"', line))
    assert not re.search("[a-z]{3,}", shown.replace("<br/>", "")), shown
    assert 'begin -->|"貼上標籤「甲」<br/>每人只有一次<br/>3"| s1' in [line.strip() for line in drawn]
    assert 's1 -->|"1 小時後<br/>0"| s2' in [line.strip() for line in drawn]


def test_g5_the_taps_of_each_area(
    shop: Path, run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed cannot be told apart, and what is not counted has its reason: both are said."""
    monkeypatch.delenv("OAFLOW_PUBLIC_URL", raising=False)
    assert main(["richmenu", "counts", str(shop)]) == 0
    since = TODAY - timedelta(days=29)
    assert capsys.readouterr().out.splitlines() == [
        f"taps since {since}",
        "主選單",
        "  左: 1 (tapped or typed: LINE does not tell which)",
        "  右: not counted: OAFLOW_PUBLIC_URL is not set",
    ]
    assert main(["richmenu", "counts", str(shop), "--json", "--language", "en"]) == 0
    tap = {"day": TODAY.isoformat(), "channel": "main", "tap": "主選單/主選單/左", "number": 1}
    told = json.loads(capsys.readouterr().out)
    assert (told["since"], told["taps"], told["gone"]) == (since.isoformat(), [tap], {})
    assert [(one["tap"], one["taps"], one["or_typed"], one["uncounted"]) for one in told["areas"]] == [
        ("主選單/主選單/左", 1, True, None),
        ("主選單/主選單/右", 0, False, "OAFLOW_PUBLIC_URL is not set"),
    ]
    monkeypatch.setenv("OAFLOW_PUBLIC_URL", "https://bot.example")
    assert run("richmenu", "counts", str(shop)).out.splitlines()[-1] == "  右: 0"
