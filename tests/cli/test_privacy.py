"""`oaflow privacy`: what is removed by itself, and agreeing to it where it concerns many (J2, J4)."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.model.clock import SystemClock
from bot.model.contact import Contact, Identity
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.retention import DayOfRetention
from bot.model.stored import TurnWrite
from bot.runtime.sweeps.retention import expired
from bot.store.stores import Stores
from tests.cli.conftest import OnStores
from tests.cli.people import BOT, folder, people
from tests.cli.test_contact_change import Terminal

__all__ = ["folder", "people"]

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
            TimelineRow(id, "main:W1", part_of("main:W1"), now - timedelta(days=days), "Follow")
            for id, days in rows
        ]
    )


@pytest.fixture
def left(people: Path, on_stores: OnStores) -> object:
    on_stores(leave)
    (people / "bot.yaml").write_text(BOT + KEEP, "utf-8")
    yield people
    (people / "bot.yaml").write_text(BOT, "utf-8")


def test_what_is_due_is_told_before_it_goes(left: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
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
    assert main(["privacy", "status", "--language", "zh-TW"]) == 0
    said = capsys.readouterr().out
    assert "已離開的人" in said
    assert "oaflow privacy confirm" in said


def test_it_is_agreed_to_by_their_number(
    left: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["privacy", "confirm"]) == 1
    assert "add  --yes" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", Terminal("11\n"))
    assert main(["privacy", "confirm"]) == 1
    assert "nobody was erased" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", Terminal(f"{MANY}\n"))
    assert main(["privacy", "confirm", "--by", "Mei"]) == 0
    assert f"{MANY} people who left longer than 365 days ago" in capsys.readouterr().out
    assert main(["audit", "--kind", "expiry_confirmed", "--json"]) == 0
    [line] = json.loads(capsys.readouterr().out)
    assert (line["about"], line["after"]) == ("people_who_left 365d", str(MANY))
    assert "Mei" in line["by"]
    assert main(["privacy", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["people"]["waits"] is False
    assert main(["privacy", "confirm", "--yes"]) == 1
    assert "nobody waits" in capsys.readouterr().err


async def removed(stores: Stores) -> None:
    """By a process, on the day before: something of the timeline, and two people."""
    now = SystemClock().now()
    deed = expired(DayOfRetention("2026-11-19", now, {"timeline": 812, "people_who_left": 2}), now)
    await stores.audit.record(deed)
    async with await stores.database.client.start_session() as session:
        await stores.retention.add_within("2026-11-19", now, "timeline", 812, session)


def test_what_was_removed_is_told(
    people: Path, on_stores: OnStores, capsys: pytest.CaptureFixture[str]
) -> None:
    on_stores(removed)
    assert main(["audit", "--kind", "data_expired", "--language", "zh-TW"]) == 0
    said = capsys.readouterr().out
    assert "發生過的事：812" in said
    assert "已離開的人：2" in said
    assert "劇本的保存期限" in said
    assert main(["privacy", "status"]) == 0
    assert "removed on 2026-11-19: what happened: 812" in capsys.readouterr().out


def test_without_a_bound_there_is_nothing_to_agree_to(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["privacy", "confirm", "--yes"]) == 1
    assert "people_who_left" in capsys.readouterr().err


def test_an_edit_that_would_erase_people_tells_how_many(
    left: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--against-database", "--format", "json", "--language", "en"]) == 0
    [one] = json.loads(capsys.readouterr().out)["problems"]
    assert one["code"] == "people-to-erase"
    assert one["message"].startswith(f"{MANY} people have left all accounts longer than 365 days ago")
    assert main(["publish", "--untested", "--language", "en"]) == 0
    assert "people-to-erase" in capsys.readouterr().err
