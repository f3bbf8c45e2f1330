"""`oaflow privacy`: what is removed by itself, and agreeing to it where it concerns many (J2, J4)."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.clock import SystemClock
from bot.model.contact import Contact, Identity
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.retention import DayOfRetention
from bot.model.stored import TurnWrite
from bot.runtime.sweeps.retention import expired
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run
from tests.cli.oaflow import Terminal
from tests.cli.people import BOT

KEEP = "privacy: {keep: {conversations: 60d, timeline: 60d, people_who_left: 365d}}\n"
MANY = 12


async def leave(stores: Stores) -> None:
    """So many people left long ago; two rows of the timeline are old, one within a week."""
    now = SystemClock().now()
    seen = now - timedelta(days=500)
    some = [
        Contact(f"main:W{n}", identities=(Identity("main", f"W{n}", friend=False, seen=seen),))
        for n in range(MANY)
    ]
    await stores.contacts.save(
        [TurnWrite(Contact(one.id), one, part_of(one.id), 0, 1, (), (), born=True) for one in some]
    )
    rows = [("a", 100), ("b", 61), ("c", 55), ("d", 1)]
    await stores.journal.timeline(
        [
            TimelineRow(id, "main:W1", part_of("main:W1"), now - timedelta(days=days), "follow")
            for id, days in rows
        ]
    )


@pytest.fixture
def left(people: Path, on_stores: OnStores) -> object:
    on_stores(leave)
    (people / "bot.yaml").write_text(BOT + KEEP, "utf-8")
    yield people
    (people / "bot.yaml").write_text(BOT, "utf-8")


def test_what_is_due_is_told_before_it_goes(left: Path, run: Run) -> None:
    told = json.loads(run("privacy", "status", "--json").out)
    kinds = {one["kind"]: one for one in told["kinds"]}
    assert {name: (one["days"], one["due"], one["soon"]) for name, one in kinds.items()} == {
        "conversations": (60, 0, 0),
        "timeline": (60, kinds["timeline"]["due"], 1),
        "traces": (7, None, None),
        "dead_letters": (None, None, None),
        "people_who_left": (365, MANY, 0),
    }
    assert kinds["timeline"]["due"] >= 2
    assert told["people"] == {"days": 365, "people": MANY, "everybody": 7 + MANY, "waits": True}
    said = run("privacy", "status", "--language", "zh-TW").out
    assert "已離開的人" in said
    assert "oaflow privacy confirm" in said


def test_it_is_agreed_to_by_their_number(left: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "add  --yes" in run("privacy", "confirm", code=1).err
    monkeypatch.setattr(sys, "stdin", Terminal("11\n"))
    assert "nobody was erased" in run("privacy", "confirm", code=1).err
    monkeypatch.setattr(sys, "stdin", Terminal(f"{MANY}\n"))
    said = run("privacy", "confirm", "--by", "Mei")
    assert f"{MANY} people who left longer than 365 days ago" in said.out
    [line] = json.loads(run("audit", "--kind", "expiry_confirmed", "--json").out)["entries"]
    assert (line["about"], line["after"]) == ("people who left, after 365 days", str(MANY))
    assert "Mei" in line["by"]
    assert json.loads(run("privacy", "status", "--json").out)["people"]["waits"] is False
    assert "nobody waits" in run("privacy", "confirm", "--yes", code=1).err


async def removed(stores: Stores) -> None:
    """By a process, on the day before: something of the timeline, and two people."""
    now = SystemClock().now()
    deed = expired(DayOfRetention("2026-11-19", now, {"timeline": 812, "people_who_left": 2}), now)
    await stores.audit.record(deed)
    with stores.database.client.start_session() as session:
        await stores.retention.add_within("2026-11-19", now, "timeline", 812, session)


def test_what_was_removed_is_told(people: Path, on_stores: OnStores, run: Run) -> None:
    on_stores(removed)
    said = run("audit", "--kind", "data_expired", "--language", "zh-TW").out
    assert "發生過的事：812" in said
    assert "已離開的人：2" in said
    assert "劇本的保存期限" in said
    assert "removed on 2026-11-19: what happened: 812" in run("privacy", "status").out


def test_without_a_bound_there_is_nothing_to_agree_to(people: Path, run: Run) -> None:
    assert "people_who_left" in run("privacy", "confirm", "--yes", code=1).err


def test_an_edit_that_would_erase_people_tells_how_many(left: Path, run: Run) -> None:
    said = run("check", "--against-database", "--format", "json", "--language", "en")
    [one] = json.loads(said.out)["problems"]
    assert one["code"] == "people-to-erase"
    assert one["message"].startswith(f"{MANY} people have left all accounts longer than 365 days ago")
    assert "people-to-erase" in run("publish", "--untested", "--language", "en").err
