"""`oaflow contact erase --list` is killed anywhere: what has begun is seen through, no number is lost. J2, J4

OAFLOW_KILL_ROUNDS sets the number of kills (2).
"""

from __future__ import annotations

import csv
import os
from random import Random

import pytest

from bot.model.contact import Contact, Identity
from tests.cli.oaflow import ended
from tests.faults.stored import looking
from tests.faults.webhooks import person
from tests.faults.world import World
from tests.people import come

ROUNDS = int(os.environ.get("OAFLOW_KILL_ROUNDS", "2"))
SEED = int(os.environ.get("OAFLOW_KILL_SEED", "17"))
PEOPLE = 250
"""Three batches: a kill meets some that are done, some that have begun, and some of whom nothing is done."""


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/test_erasing.py")
async def test_killed_while_a_list_is_erased(started_world: World) -> None:
    """No bot runs: the next command sees through what has begun."""
    world, dice = started_world, Random(SEED)
    users = [person() for _ in range(PEOPLE)]
    async with looking(world.data) as stored:
        for user in users:
            one = Contact(f"main:{user}", identities=(Identity("main", user, friend=True),))
            await come(stored.contacts, one)
    file = world.folder / "gone.csv"
    file.write_text("\n".join(["line_id", *users]), "utf-8")
    words = ("contact", "erase", str(world.folder), "--list", str(file), "--yes")
    for _ in range(ROUNDS):
        await world.killed(dice.uniform(1.0, 4.0), *words)
    end = await ended(*words, **world.environment)
    assert end.code in (0, 1), end  # 1: those who are gone already are nobody
    with (world.folder / "gone.csv.certificates.csv").open(encoding="utf-8", newline="") as opened:
        numbers = {row["certificate"] for row in csv.DictReader(opened)}
    async with looking(world.data) as stored:
        assert await stored.everybody() == set()
        erasures = await stored.erasures()
    assert {row["state"] for row in erasures} == {"done"}
    assert {row["_id"] for row in erasures} <= numbers
    assert sum(row["counts"]["contacts"] for row in erasures) == PEOPLE, "each once"
    assert not any("s" in row for row in erasures), "nobody is known any more"
