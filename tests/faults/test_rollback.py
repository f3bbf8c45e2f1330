"""L8: going back with two real processes: each serves it from the database, whatever lies in its folder."""

from __future__ import annotations

import os

import pytest

from tests.cli.oaflow import ended
from tests.faults.bot_process import PLAYBOOK, BotProcess
from tests.faults.test_versions import NEW_HOURS, NEW_PLAYBOOK, OLD_HOURS, answers_to, publishes
from tests.faults.webhooks import HOURS, person, says
from tests.faults.world import World


@pytest.fixture
def world(started_world: World) -> World:
    return started_world


async def answers(world: World, bot: BotProcess, hours: str) -> None:
    """Whoever owns the part, it answers so."""
    events = [says(person(), HOURS) for _ in range(6)]
    for event in events:
        await world.delivered(bot, event)
    assert await answers_to(world, *events) == [hours] * len(events)


async def rolls_back(world: World, *words: str, code: int = 0) -> str:
    end = await ended("rollback", str(world.folder), *words, "--by", "boss", **world.environment)
    assert end.code == code, end
    return end.out + end.err


async def test_every_process_serves_it_until_something_is_published(world: World) -> None:
    """Also one that is killed and comes back, with files that it has never seen."""
    bots = [await world.bot().start(), await world.bot().start()]
    (world.folder / "bot.yaml").write_text(NEW_PLAYBOOK, "utf-8")
    assert "is live now: number 2" in await publishes(world, world.folder)
    await answers(world, bots[0], NEW_HOURS)
    told = await rolls_back(world)
    assert "every process serves it from the database, until the next  oaflow publish: number 3" in told
    for bot in bots:
        await bot.says_so("(boss) brought back, is served from the database")
        await world.is_ready(bot)
        await answers(world, bot, OLD_HOURS)
    await bots[0].kill()
    (world.folder / "bot.yaml").write_text(PLAYBOOK.replace(OLD_HOURS, "整天"), "utf-8")
    await bots[0].start()
    await bots[0].says_so("the files of this folder hold another one")
    for bot in bots:
        await world.is_ready(bot)
    await answers(world, bots[0], OLD_HOURS)
    assert "is live now: number 4" in await publishes(world, world.folder)
    await answers(world, bots[1], "整天")
    told = await rolls_back(world, "2")  # which neither has in memory: both read it before it is live
    assert "every process serves it from the database, until the next  oaflow publish: number 5" in told
    for bot in bots:
        await answers(world, bot, NEW_HOURS)
    assert [await bot.stop() for bot in bots] == [0, 0]
    left = [name for name in os.listdir(world.data / "tmp") if not name.startswith("oaflow-reading-")]
    assert left == [], "what was unpacked is gone, also of the one that was killed; whose turn it is stays"
    assert not [line for bot in bots for line in bot.complaints() if "brought back" not in line]
