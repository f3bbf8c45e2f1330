"""`oaflow contact say`: staff answer; what it costs is said before, and it is on record who wrote. E3"""

from __future__ import annotations

import json
from pathlib import Path

from bot.app.database import OpenDatabase
from tests.cli.conftest import Run
from tests.cli.oaflow import ended, serving
from tests.cli.people import AMY
from tests.cli.people_database import on_database
from tests.cli.test_contact_change import COMMANDER, shown
from tests.cli.test_contact_hand_back import staff_take

NOT_FREE = "not sent: it would be a push, one message of the month; to pay for it add  --push\n"


def test_what_would_cost_is_not_stored(people: Path, run: Run) -> None:
    assert run("contact", "say", AMY.id, "您好", code=1) == (NOT_FREE, "")
    assert shown(run, "M1001")["audit"] == []


def test_nobody_runs_so_it_waits(people: Path, run: Run) -> None:
    told = json.loads(run("contact", "say", AMY.id, "您好", "--push", "--json").out)
    assert (told["contact"], told["carried"], told["sent"]) == (AMY.id, "stored", False)
    assert [(line["what"], line["who"]) for line in shown(run, "M1001")["audit"]] == [("answered", COMMANDER)]


def test_an_empty_text_and_a_long_one(people: Path, run: Run) -> None:
    assert "nothing is written" in run("contact", "say", AMY.id, " ", "--push", code=1).err
    said = run("contact", "say", AMY.id, "好" * 5_001, "--push", code=1)
    assert "at most 5,000 characters, and this one has 5,001" in said.err


def test_who_has_blocked_the_account(people: Path, run: Run) -> None:
    async def block(opened: OpenDatabase) -> None:
        contacts = opened.database.collection("contacts")
        await contacts.update_one({"_id": AMY.id}, {"$set": {"ids.$[].friend": False}})

    on_database(people, block)
    said = run("contact", "say", AMY.id, "您好", "--push", code=1)
    assert said.out == "not sent: the person has blocked the account\n"


async def test_a_note_while_it_runs(people: Path) -> None:
    """It is in the conversation, by whom, and nothing is sent."""
    await staff_take(people, (0,))
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        done = await ended("contact", "say", str(people), AMY.id, "她很急", "--note")
        assert (done.code, done.out) == (0, "done: the note is in the conversation\n")
        said = await ended("contact", "show", str(people), AMY.id, "--conversation")
        assert "note for colleagues: 她很急" in said.out
        assert "staff left a note for each other" in said.out
