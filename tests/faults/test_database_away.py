"""mongod hangs, dies, has no room, while the bot serves: 503, then on with it, without a restart."""

from __future__ import annotations

import asyncio
import os
import resource
import signal

import pytest

from tests.faults.bot_process import PATIENCE, BotProcess, mongod_pid
from tests.faults.webhooks import HOURS, Occurrence, person, says
from tests.faults.world import World


async def not_taken(world: World, bot: BotProcess) -> Occurrence:
    """An event that is answered 503: by itself, however long the database hangs."""
    event = says(person(), HOURS)
    assert await world.courier.deliver(bot.address, [event], seconds=PATIENCE) == 503
    return event


async def says_why(world: World, bot: BotProcess) -> None:
    """`/readyz` answers 503 with a reason."""
    assert await bot.readyz(world.session) == (503, "the database is away")


async def taken_now(world: World, bot: BotProcess, events: list[Occurrence]) -> None:
    """What got no 200 is delivered again, and done."""
    async with asyncio.timeout(PATIENCE):
        for event in events:
            await world.courier.deliver_until_taken(lambda: bot.address, [event])
    await world.all_done()
    await world.check(events)


@pytest.mark.soak  # in minutes: tests/faults/test_longer_than_a_lease.py
async def test_mongod_hangs(world: World) -> None:
    """A8, K3: stopped by SIGSTOP: 503 by itself; goes on with SIGCONT, nothing lost or doubled."""
    bot = await world.bot().start()
    before = says(person(), HOURS)
    await world.delivered(bot, before)
    await world.all_done()
    pid = mongod_pid(world.data)
    os.kill(pid, signal.SIGSTOP)
    try:
        refused = list(await asyncio.gather(*(not_taken(world, bot) for _ in range(5))))
        await says_why(world, bot)
        refused.append(await not_taken(world, bot))
    finally:
        os.kill(pid, signal.SIGCONT)
    await taken_now(world, bot, refused)
    await world.is_ready(bot)
    assert mongod_pid(world.data) == pid
    assert not bot.complaints()


async def test_mongod_is_killed(world: World) -> None:
    """A8: kill -9 while people talk: 200 or 503 all the time, started again by the bot, nothing lost."""
    bot = await world.bot().start()
    people = [[says(user, HOURS) for _ in range(6)] for user in (person() for _ in range(10))]

    async def talk(events: list[Occurrence]) -> None:
        for event in events:
            await world.courier.deliver_until_taken(lambda: bot.address, [event], PATIENCE)

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for events in people:
            group.create_task(talk(events))
        await world.courier.has_taken(20)
        world.kill_mongod()
    await world.all_done()
    await world.check(event for events in people for event in events)
    assert set(world.courier.answers) <= {200, 503}
    await world.is_ready(bot)
    assert not bot.complaints()


@pytest.mark.soak
async def test_mongod_is_killed_when_only_the_journal_has_something_to_write(world: World) -> None:
    """A8: nobody writes, a reply comes through and cannot be written down: the bot sees to it by itself."""
    bot = await world.bot().start()
    said = [says(person(), HOURS)]
    world.line.hold = asyncio.Event()
    await world.delivered(bot, *said)
    await world.line.was_asked(said[0].token)
    world.kill_mongod()
    world.line.hold.set()
    await world.line.has_taken(1)
    await world.all_done()
    await world.check(said)


async def test_the_disk_is_full(world: World) -> None:
    """A8: no file can grow: 503 with a reason; when there is room again, on without a restart.

    A limit on the size of files (setrlimit(2)) does to a write what a full disk does, for any user; whatever
    the bot starts has the same limit.
    """
    bot = await world.bot().start()
    before = says(person(), HOURS)
    await world.delivered(bot, before)
    await world.all_done()
    mongod = mongod_pid(world.data)
    unlimited = resource.prlimit(mongod, resource.RLIMIT_FSIZE)
    full = (0, unlimited[1])
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, full)
    resource.prlimit(mongod, resource.RLIMIT_FSIZE, full)
    refused = [await not_taken(world, bot) for _ in range(2)]
    await says_why(world, bot)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, unlimited)
    await taken_now(world, bot, refused)
    await world.is_ready(bot)
    assert not bot.complaints()


@pytest.mark.soak
async def test_stopped_while_mongod_is_dead(world: World) -> None:
    """A8: SIGTERM just after mongod was killed: ends with 0, and what was taken is done by the next one."""
    bot = await world.bot().start()
    said = [says(person(), HOURS) for _ in range(20)]
    world.line.hold = asyncio.Event()
    await world.delivered(bot, *said)
    world.kill_mongod()
    world.line.hold.set()
    assert await bot.stop() == 0
    assert not bot.complaints()
    await world.bot().start()
    await world.all_done()
    await world.check(said)
