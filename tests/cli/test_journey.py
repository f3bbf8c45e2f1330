"""`oaflow journey status`: H6, each journey with what holds it up, and how many people are in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app.database import OpenDatabase
from bot.cli.main import main
from bot.model.contact import Contact, Identity
from bot.model.counts import PUSHED, SKIPPED
from bot.model.instance import Hold, Instance
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.counters.quotas import QuotaFigure, QuotaFigures, Totals
from tests.cli.commands import Run, Written
from tests.cli.people_database import on_database

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, paused: [care]PLAN}
  outlet: {id: outlet, channel_id: "2", channel_secret: y}
tags: {甲: {added_by: staff}}
flows:
  welcome:
    title: 歡迎旅程
    when: {tag_added: 甲}
    once_per: person
    if_late: send
    max_pushes: {total: 2}
    states: {等: {wait: 1h, next: 推}, 推: {push: 嗨, end: true}}
  care: {when: {tag_added: 甲}, if: {channel: main}, once_per: person, states: {一: {push: 嗨, end: true}}}
  full:
    when: {tag_added: 甲}
    if: {channel: main}
    once_per: person
    status: closed
    states: {一: {push: 嗨, end: true}}
  sale:
    when: {tag_added: 甲}
    if: {channel: main}
    once_per: person
    active: {from: 2020-01-01 00:00, until: 2020-02-01 00:00, then: stopped}
    states: {一: {push: 嗨, end: true}}
  soon:
    when: {tag_added: 甲}
    if: {channel: main}
    once_per: person
    active: {from: 2120-01-01 00:00}
    states: {一: {push: 嗨, end: true}}
  quiz: {states: {問: {ask: 嗎, answer: number, give_up_after: {1h: 完}, next: 完}, 完: {end: true}}}
rules: [{when: {text: 測}, start: quiz}]
"""


def stands(number: int, state: str, held: Hold | None = None) -> TurnWrite:
    """Somebody who stands in this state of the first journey."""
    contact = f"main:U{number}"
    instance = Instance("welcome", "main", state, 1, NOW, NOW, held=held)
    after = Contact(contact, identities=(Identity("main", f"U{number}"),), flows=(instance,))
    return TurnWrite(Contact(contact), after, part_of(contact), 0, 1, ("e",), (), born=True)


@pytest.fixture
def shop(tmp_path: Path, written: Written, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop of three people; its month's messages are used up on one channel."""
    written(BOT.replace("PLAN", ""))
    monkeypatch.chdir(tmp_path)

    async def fill(opened: OpenDatabase) -> None:
        quota = Hold("quota")
        await opened.stores.contacts.save([stands(1, "等"), stands(2, "推", quota), stands(3, "推", quota)])
        figures = QuotaFigures(opened.database)
        await figures.keep("main", QuotaFigure(0, NOW))
        await figures.keep("outlet", QuotaFigure(None, NOW))
        await Totals(opened.database).reserve("welcome", ["a", "b"], 2)
        await opened.stores.counts.add(f"{datetime.now(UTC):%Y-%m-%d}", Mark("main", "soon", PUSHED, ("一",)))
        limit = ("一", "pushes_per_person")
        await opened.stores.counts.add(f"{datetime.now(UTC):%Y-%m-%d}", Mark("main", "soon", SKIPPED, limit))

    on_database(tmp_path, fill)
    return tmp_path


def test_each_journey_says_what_holds_it_up_and_where(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "status"]) == 0
    at = f"{NOW.astimezone(ZoneInfo('Asia/Taipei')):%Y-%m-%d %H:%M:%S}"  # by the clock of the team
    used_up = f"    the month's messages are used up (asked {at}): who is to be pushed to waits"
    assert capsys.readouterr().out.splitlines() == [
        "welcome  歡迎旅程",
        "  main: live; 3 people (2 held: quota)",
        used_up,
        "  outlet: live; 0 people",
        "  2 of 2 pushes, its cap: nobody is pushed to",
        "care  care",
        "  main: paused, paused on main (bot.yaml:4); 0 people",
        "full  full",
        "  main: closed, status: closed (bot.yaml:20); 0 people",
        "sale  sale",
        "  main: stopped, by itself: its time is over, and then everybody leaves it (bot.yaml:26); 0 people",
        "soon  soon",
        "  main: closed, by itself: its time has not come (bot.yaml:32); 0 people",
        "  last 30 days: pushes: 2 due, 0 sent, 0 failed, 1 skipped (limit per person 1), 1 waiting",
    ]


def test_what_a_push_costs_stands_beside_the_messages(shop: Path, run: Run) -> None:
    """I7: where the plan says what one more costs; it says nothing of a channel whose plan does not."""
    plan = ", plan: {monthly_fee: 1200, included: 6000, extra: 0.2}"
    (shop / "bot.yaml").write_text(BOT.replace("PLAN", plan), "utf-8")
    lines = run("journey", "status", "welcome").out.splitlines()
    at = lines.index("    a push costs NT$0.2 once the plan's 6,000 messages are used up")
    assert lines[at + 1] == "  outlet: live; 0 people"
    assert sum("NT$" in line for line in lines) == 1
    [told] = json.loads(run("journey", "status", "welcome", "--json").out)["flows"]
    plans = [one["plan"] for one in told["channels"]]
    assert plans == [{"monthly_fee": 1200, "included": 6000, "extra": 0.2}, None]


def test_one_flow_for_programs(shop: Path, run: Run) -> None:
    [told] = json.loads(run("journey", "status", str(shop), "welcome", "--json").out)["flows"]
    assert (told["flow"], told["pushes"], told["max_pushes"]) == ("welcome", 2, 2)
    assert told["channels"][0] == {
        "channel": "main",
        "state": "live",
        "why": None,
        "place": None,
        "people": 3,
        "held": {"quota": 2},
        "pushes_stopped": False,
        "quota": {"left": 0, "at": NOW.isoformat(), "limit": None, "used": None},
        "plan": None,
    }
    [told] = json.loads(run("journey", "status", "care", "--json").out)["flows"]
    assert told["channels"][0]["place"] == "bot.yaml:4:67"


def test_a_flow_that_is_not_there(shop: Path, run: Run) -> None:
    assert "welcome" in run("journey", "status", "welcom", code=1).err
    said = run("journey", "status", "歡迎旅程", code=1)
    assert 'here it is called "welcome"' in said.err, "answers and pictures show the title"
    assert 'no flow "welcome care"' in run("journey", "status", "welcome", "care", code=1).err


def test_a_playbook_without_journeys(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("OAFLOW_DATA", str(data))
    channel = 'channels: {main: {id: forest, channel_id: "1", channel_secret: x}}\n'
    (tmp_path / "bot.yaml").write_text(f"bot: 森活\n{channel}", "utf-8")
    assert run("journey", "status", str(tmp_path)).out == "the playbook has no journey\n"
    run("journey", "status", str(tmp_path / "nowhere"), "welcome", code=2)
