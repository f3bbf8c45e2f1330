"""Longer than a lease, which is counted by the machine's own clock; side by side, to wait for it once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.test_processes import half_way
from tests.faults.webhooks import HOURS, person, says
from tests.faults.world import World, check_replies, new_world
from tests.store.embedded_process import mongod_pid

PACE = "3/0.3/0.6/2.4"
LEASE_LAPSES = 2.7
"""Seconds after which a process cannot count on its lease any more if MongoDB was away all the time."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def runs(
    fresh_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, asyncio.Task[None]]]:
    """All scenarios, begun together, each in a world of its own."""

    async def run(name: str) -> None:
        place = tmp_path_factory.mktemp(name)
        shutil.copytree(fresh_data, place / "data")
        async with new_world(place) as world:
            await SCENARIOS[name](world)

    tasks = {name: asyncio.create_task(run(name)) for name in SCENARIOS}
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
async def test_mongod_hangs_longer_than_the_lease(runs: dict[str, asyncio.Task[None]]) -> None:
    """A8: replies wait for LINE when the lease lapses; they go out when MongoDB is back."""
    await runs["hangs"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_process_is_paused_longer_than_its_lease(runs: dict[str, asyncio.Task[None]]) -> None:
    """A8: a paused process that wakes up writes nothing of what is another's by now: the fence."""
    await runs["paused"]


async def hangs(world: World) -> None:
    bot = await world.bot(OAFLOW_TEST_PACE=PACE).start()
    user = person()
    said = [says(user, HOURS) for _ in range(5)]
    world.line.hold = asyncio.Event()
    await world.delivered(bot, *said)
    await world.line.was_asked(said[0].token)
    pid = mongod_pid(world.data)
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(LEASE_LAPSES)  # the lease is counted by the machine's own clock
        world.line.hold.set()
        await world.line.has_taken(1)
    finally:
        os.kill(pid, signal.SIGCONT)
    await world.all_done()
    await world.check(said)


async def paused(world: World) -> None:
    async with half_way(world, PACE) as (first, second, _):
        first.send(signal.SIGSTOP)
        try:
            await world.owns(second, 256)
        finally:
            first.send(signal.SIGCONT)
        assert world.line.hold is not None
        world.line.hold.set()
        for bot in (first, second):
            await world.owns(bot, 128)
        fresh = [says(person(), HOURS) for _ in range(40)]
        await world.delivered(first, *fresh)
        await world.all_done()
        check_replies(world.line, fresh)
    assert not first.complaints() + second.complaints()


SCENARIOS = {"hangs": hangs, "paused": paused}
