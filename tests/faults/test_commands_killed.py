"""L8, K5: `oaflow rollback` and `oaflow stop` are killed anywhere while two processes run, and one of those,
too: what is live and what is stopped is whole, on record, known to everybody, and can be done again.

OAFLOW_KILL_ROUNDS sets the number of kills of each command (1).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from tests.cli.oaflow import ended
from tests.faults.bot_process import BotProcess, comes_to
from tests.faults.test_rollback import answers
from tests.faults.test_versions import NEW_HOURS, NEW_PLAYBOOK, OLD_HOURS, publishes
from tests.faults.world import World

ROUNDS = int(os.environ.get("OAFLOW_KILL_ROUNDS", "1"))
SEED = int(os.environ.get("OAFLOW_KILL_SEED", "17"))
LONGEST = 0.8
"""Seconds in which such a command is mostly done; it may be killed at any moment of them."""


@pytest.fixture
def world(started_world: World) -> World:
    return started_world


async def told(world: World, *words: str) -> Any:
    end = await ended(*words, str(world.folder), "--json", **world.environment)
    assert end.code == 0, end
    return json.loads(end.out)


async def lines(world: World, *kinds: str) -> Counter[str]:
    """The lines of the audit log of these kinds, those that are done."""
    found: Sequence[Any] = (await told(world, "audit"))["entries"]
    assert {one["state"] for one in found} <= {"done"}, "each is one write"
    return Counter(one["kind"] for one in found if one["kind"] in kinds)


async def come_to_answer(world: World, bot: BotProcess, hours: str) -> None:
    async def they_do() -> bool:
        try:
            await answers(world, bot, hours)
        except AssertionError:
            return False
        return True

    await comes_to(they_do)


async def pulled(world: World, bot: BotProcess, stopped: int) -> None:
    async def is_so() -> bool:
        return await bot.figure(world.session, "oaflow_pushes_stopped") == stopped

    await comes_to(is_so)


@pytest.mark.ring("soak", "in process it dies at each write: tests/operations/test_kept_playbooks.py")
async def test_whoever_dies_what_is_live_is_whole(world: World) -> None:
    """A number has its files and its line; whoever runs serves it, also one that was killed meanwhile."""
    at_random = random.Random(SEED)
    bots = [await world.bot().start(), await world.bot().start()]
    (world.folder / "bot.yaml").write_text(NEW_PLAYBOOK, "utf-8")
    await publishes(world, world.folder)
    for round_ in range(ROUNDS):
        victim = bots[round_ % 2]
        await asyncio.gather(
            world.killed(at_random.uniform(0, LONGEST), "rollback", str(world.folder), "1"), victim.kill()
        )
        versions = await told(world, "versions")
        assert [one["number"] for one in versions] == list(range(len(versions), 0, -1))
        assert all(one["kept"] and one["whole"] for one in versions)
        on_record = await lines(world, "published", "rolled_back")
        assert on_record == Counter(
            "rolled_back" if one["how"] == "rollback" else "published" for one in versions
        )
        await victim.start()
        for bot in bots:
            await world.is_ready(bot)
        await come_to_answer(world, bots[0], OLD_HOURS if versions[0]["how"] == "rollback" else NEW_HOURS)
        end = await ended("rollback", str(world.folder), "1", **world.environment)
        assert end.code == 0, end
        await come_to_answer(world, victim, OLD_HOURS)
        await publishes(world, world.folder)
        await come_to_answer(world, victim, NEW_HOURS)
    assert [await bot.stop() for bot in bots] == [0, 0]


@pytest.mark.ring(
    "soak", "a stop and its line are one: tests/store/test_pulse.py; who knows of it: test_pause_killed.py"
)
async def test_whoever_dies_the_brake_is_pulled_or_not(world: World) -> None:
    """A stop has its line, and every process knows of it; resumed, nobody holds anything."""
    at_random = random.Random(SEED)
    bots = [await world.bot().start(), await world.bot().start()]
    for round_ in range(ROUNDS):
        victim = bots[round_ % 2]
        await asyncio.gather(
            world.killed(at_random.uniform(0, LONGEST), "stop", "pushes", str(world.folder)), victim.kill()
        )
        stops = (await told(world, "stop", "status"))["stops"]
        on_record = await lines(world, "pushes_stopped", "pushes_resumed")
        assert on_record["pushes_stopped"] - on_record["pushes_resumed"] == len(stops) <= 1
        await victim.start()
        for bot in bots:
            await pulled(world, bot, len(stops))
        assert (await told(world, "stop", "pushes"))["new"] is (not stops)
        await world.killed(at_random.uniform(0, LONGEST), "stop", "resume", str(world.folder))
        left = (await told(world, "stop", "status"))["stops"]
        on_record = await lines(world, "pushes_stopped", "pushes_resumed")
        assert on_record["pushes_stopped"] - on_record["pushes_resumed"] == len(left)
        if left:
            await told(world, "stop", "resume")
        for bot in bots:
            await pulled(world, bot, 0)
    assert [await bot.stop() for bot in bots] == [0, 0]
