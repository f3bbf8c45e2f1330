"""`oaflow chat`: staff answer; what it costs is said before, and it is on record who wrote. E3"""

from __future__ import annotations

import json
from pathlib import Path

from bot.app.database import OpenDatabase
from tests.cli.commands import Run
from tests.cli.oaflow import ended, serving
from tests.cli.people import AMY
from tests.cli.people_database import on_database
from tests.cli.test_contact_change import COMMANDER, shown
from tests.cli.test_contact_hand_back import staff_take

NOT_FREE = "not sent: it would be a push, one message of the month; it goes once you say that it may cost\n"


def test_what_would_cost_is_not_stored(people: Path, run: Run) -> None:
    assert run("chat", "write", AMY.id, "您好", code=1) == (NOT_FREE, "")
    assert shown(run, "M1001")["audit"] == []


def test_nobody_runs_so_it_waits(people: Path, run: Run) -> None:
    told = json.loads(run("chat", "write", AMY.id, "您好", "--may-cost", "--json").out)
    assert (told["contact"], told["carried"], told["calls"]) == (AMY.id, "stored", [])
    assert [(line["kind"], line["by"]) for line in shown(run, "M1001")["audit"]] == [("answered", COMMANDER)]


def test_an_empty_text_and_a_long_one(people: Path, run: Run) -> None:
    assert "nothing is written" in run("chat", "write", AMY.id, " ", "--may-cost", code=1).err
    said = run("chat", "write", AMY.id, "好" * 5_001, "--may-cost", code=2)
    assert "TEXT: at most 5,000 characters" in said.err


def test_who_has_blocked_the_account(people: Path, run: Run) -> None:
    async def block(opened: OpenDatabase) -> None:
        contacts = opened.database.collection("contacts")
        await contacts.update_one({"_id": AMY.id}, {"$set": {"ids.$[].friend": False}})

    on_database(people, block)
    said = run("chat", "write", AMY.id, "您好", "--may-cost", code=1)
    assert said.out == "not sent: the person has blocked the account\n"


async def test_a_note_while_it_runs(people: Path) -> None:
    """It is in the conversation, by whom, and nothing is sent."""
    await staff_take(people, (0,))
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        done = await ended("chat", "note", str(people), AMY.id, "她很急")
        assert (done.code, done.out) == (0, "done: the note is in the conversation\n")
        said = await ended("contact", "show", str(people), AMY.id, "--conversation")
        assert "note for colleagues: 她很急" in said.out
        assert "staff left a note for each other" in said.out


async def test_taken_listed_and_given_back(people: Path) -> None:
    """Whoever waits, or has it, is listed, and the bot answers again."""
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        taken = await ended("chat", "take", str(people), AMY.id, "--channel", "main")
        assert taken.out == "done: staff have the conversation, the bot is silent\n"
        told = json.loads((await ended("chat", "list", str(people), "--list", "mine", "--json")).out)
        assert [(one["contact"], one["state"]) for one in told["chats"]] == [(AMY.id, "has")]
        assert AMY.id in (await ended("chat", "list", str(people), "--list", "has")).out
        handed = await ended("chat", "hand-over", str(people), AMY.id, "nobody", "--channel", "main")
        assert (handed.code, "no colleague of the team is called so" in handed.err) == (1, True)
        done = await ended("chat", "finish", str(people), AMY.id, "--channel", "main")
        assert done.out == "done: the bot has the conversation again\n"
