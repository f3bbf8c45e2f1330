"""`oaflow contact hand-back`: the conversation is the bot's again, and it is on record who gave it. A5"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from tests.cli.commands import Run
from tests.cli.oaflow import ended, serving
from tests.cli.people import AMY
from tests.cli.people_database import opened
from tests.cli.test_contact_change import COMMANDER, shown


async def staff_take(people: Path, channels: Sequence[int]) -> None:
    """Staff have Amy's conversation on these of her channels."""
    async with opened(people) as database:
        contacts = database.database.collection("contacts")
        await contacts.update_one(
            {"_id": AMY.id}, {"$set": {f"ids.{number}.staff": True for number in channels}}
        )


def test_nobody_runs_so_it_waits(people: Path, run: Run) -> None:
    asyncio.run(staff_take(people, (0, 1)))
    said = f"stored: {AMY.id} is answered by the bot again on main, outlet as soon as oaflow runs\n"
    assert run("contact", "hand-back", "M1001") == (said, "")
    told = shown(run, "M1001")
    assert told["waiting"] == 2
    assert [(line["kind"], line["by"], line["details"]) for line in told["audit"]] == [
        ("handed_back", COMMANDER, ["outlet"]),
        ("handed_back", COMMANDER, ["main"]),
    ]


def test_on_one_channel_only(people: Path, run: Run) -> None:
    asyncio.run(staff_take(people, (0, 1)))
    told = json.loads(run("contact", "hand-back", "M1001", "--channel", "outlet", "--json").out)
    assert told == {"contact": AMY.id, "channels": ["outlet"], "carried": "stored"}


def test_what_the_bot_has_already(people: Path, run: Run) -> None:
    said = f'oaflow: the bot has the conversation with "{AMY.id}" already\n'
    assert run("contact", "hand-back", "M1001", code=1) == ("", said)
    assert shown(run, "M1001")["audit"] == []


async def test_while_it_runs(people: Path) -> None:
    """The process that has the person hands back; done again, it is refused."""
    await staff_take(people, (0,))
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        done = await ended("contact", "hand-back", str(people), AMY.id)
        assert (done.code, done.out) == (0, f"done: {AMY.id} is answered by the bot again on main\n")
        told = json.loads((await ended("contact", "show", str(people), AMY.id, "--json")).out)
        assert [one["staff"] for one in told["identities"]] == [False, False]
        assert (await ended("contact", "hand-back", str(people), AMY.id)).code == 1
