"""mongod hangs, dies, has no room, while the bot serves: 503, then on with it, without a restart."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from functools import partial

import pytest

from tests.cli.oaflow import ended
from tests.faults.bot_process import PATIENCE, BotProcess, comes_to
from tests.faults.stored import looking
from tests.faults.webhooks import HOURS, OFFER, Occurrence, person, says
from tests.faults.world import World
from tests.started import started
from tests.store.embedded_process import mongod_pid

LINES = 3_000
"""Of a list: some batches, so that the disk is full in the middle of it."""
TURNS, LONG = 30, "好嗎" * 200
"""So often each person says something as long as that."""


async def not_taken(world: World, bot: BotProcess) -> Occurrence:
    """An event that is answered 503: by itself, however long the database hangs."""
    event = says(person(), HOURS)
    assert await world.courier.deliver(bot.address, [event], seconds=PATIENCE) == 503
    return event


def fill_up(*processes: int) -> tuple[int, int]:
    """No file of these can grow any more, nor of what they start; which limit there was.

    A limit on the size of files (setrlimit(2)) does to a write what a full disk does, for any user.
    """
    unlimited = resource.prlimit(processes[0], resource.RLIMIT_FSIZE)
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, unlimited[1]))
    return unlimited


async def is_away(world: World, bot: BotProcess) -> bool:
    """Whether `/readyz` answers 503 with a reason."""
    return await bot.readyz(world.session) == (503, "the database is away")


async def taken_now(world: World, bot: BotProcess, events: list[Occurrence]) -> None:
    """What got no 200 is delivered again, and done."""
    async with asyncio.timeout(PATIENCE):
        for event in events:
            await world.courier.deliver_until_taken(lambda: bot.address, [event])
    await world.all_done()
    await world.check(events)


@pytest.mark.ring(
    "soak", "minutes of a database that hangs; in seconds: tests/faults/test_longer_than_a_lease.py"
)
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
        assert await is_away(world, bot)
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


@pytest.mark.ring("soak", "waits long for a database that cannot start")
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
    """A8: no file can grow: 503 with a reason; when there is room again, on without a restart."""
    bot = await world.bot().start()
    before = says(person(), HOURS)
    await world.delivered(bot, before)
    await world.all_done()
    unlimited = fill_up(bot.pid, mongod_pid(world.data))
    refused = [await not_taken(world, bot) for _ in range(2)]
    assert await is_away(world, bot)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, unlimited)
    await taken_now(world, bot, refused)
    await world.is_ready(bot)
    assert not bot.complaints()


@pytest.mark.ring("soak", "waits long for a database that cannot start")
@pytest.mark.parametrize("can_start", [True, False])
async def test_stopped_while_mongod_is_dead(world: World, can_start: bool) -> None:
    """A8: SIGTERM just after mongod was killed: ends with 0, and what was taken is done by the next one.

    Whatever is left to be told to a database that cannot start again is not.
    """
    bot = await world.bot().start()
    said = [says(person(), HOURS) for _ in range(20)]
    world.line.hold = asyncio.Event()
    await world.delivered(bot, *said)
    if not can_start:
        fill_up(bot.pid)
    world.kill_mongod()
    world.line.hold.set()
    assert await bot.stop() == 0, bot.log
    assert not bot.complaints()
    await world.bot().start()
    await world.all_done()
    await world.check(said)


async def without_room(world: World, *words: str) -> int:
    """The exit code of a command that can make no file grow, nor can a database that it starts."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words, str(world.folder)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | world.environment,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (0, 0)),
    )
    return await asyncio.wait_for(process.wait(), PATIENCE)


@pytest.mark.ring("soak", "waits long for a database that cannot start")
async def test_what_staff_do_while_the_disk_is_full_is_done_whole_or_not_at_all(world: World) -> None:
    """K5, L8: a stop is not ended, a playbook not made live by half; when there is room again, as asked."""
    bot = await world.bot().start()
    said = partial(ended, **world.environment)
    assert (await said("stop", "pushes", str(world.folder))).code == 0
    unlimited = fill_up(bot.pid, mongod_pid(world.data))
    refused = [await not_taken(world, bot)]
    old = (world.folder / "bot.yaml").read_text("utf-8")
    (world.folder / "bot.yaml").write_text(old.replace("11:00", "10:00"), "utf-8")
    codes = [await without_room(world, *words) for words in (("stop", "resume"), ("publish",))]
    assert codes == [2, 2]
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, unlimited)
    await world.is_ready(bot)
    assert "stopped: everything" in (await said("stop", "status", str(world.folder))).out
    kept = await said("versions", str(world.folder), "--json")
    assert [one["number"] for one in json.loads(kept.out)["versions"]] == [1], kept
    assert (await said("stop", "resume", str(world.folder))).code == 0
    assert "number 2" in (await said("publish", str(world.folder))).out
    (world.folder / "bot.yaml").write_text(old, "utf-8")
    await taken_now(world, bot, refused)


@pytest.mark.ring("soak", "waits long for a database that cannot start")
async def test_a_list_that_meets_a_full_disk_is_taken_whole_when_it_is_taken_again(world: World) -> None:
    """C7: the disk is full in the middle: each line is there or not, and in the end once."""
    bot = await world.bot().start()
    before = says(person(), HOURS)
    await world.delivered(bot, before)
    await world.all_done()
    list_ = world.folder / "members.csv"
    lines = "".join(f"K{n},09{50_000_000 + n}\n" for n in range(LINES))
    list_.write_text(f"member_no,phone\n{lines}", "utf-8")
    imports = ("members", "import", str(world.folder), str(list_))
    command = await started(*imports, env=world.environment, apart=False)
    async with looking(world.data) as stored:

        async def has_begun() -> bool:
            return len(await stored.everybody()) > 1

        await comes_to(has_begun)
    unlimited = fill_up(bot.pid, mongod_pid(world.data))
    refused = [await not_taken(world, bot)]
    await asyncio.wait_for(command.communicate(), PATIENCE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, unlimited)
    await taken_now(world, bot, refused)
    await world.is_ready(bot)
    for _ in range(2):
        end = await ended(*imports, **world.environment)
        assert end.code == 0, end
    async with looking(world.data) as stored:
        people = [one for one in await stored.everybody() if one.startswith("M:")]
    assert len(people) == LINES
    assert not bot.complaints()


@pytest.mark.ring("soak", "waits long for a database that cannot start")
@pytest.mark.parametrize("is_killed", [False, True])
async def test_conversations_that_meet_a_full_disk_are_kept_whole_and_once(
    world: World, is_killed: bool
) -> None:
    """A8, E3: it is full in the middle of their rows; the same where the bot dies before there is room."""
    bots = [await world.bot().start()]
    people = [[says(user, f"{OFFER} {LONG}") for _ in range(TURNS)] for user in (person() for _ in range(20))]

    async def talk(events: list[Occurrence]) -> None:
        for event in events:
            await world.courier.deliver_until_taken(lambda: bots[-1].address, [event], PATIENCE)

    async with asyncio.timeout(2 * PATIENCE), asyncio.TaskGroup() as group:
        for events in people:
            group.create_task(talk(events))
        await in_the_middle_of_conversations(world)
        pid = bots[-1].pid
        unlimited = fill_up(pid, mongod_pid(world.data))
        await comes_to(partial(is_away, world, bots[-1]))
        if is_killed:
            await bots[-1].kill()
            assert await without_room(world, "run", "--port", "0") == 2
            bots.append(await world.bot().start())
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
    await world.all_done()
    await world.check(event for events in people for event in events)
    await world.is_ready(bots[-1])
    assert not [line for bot in bots for line in bot.complaints()]


async def in_the_middle_of_conversations(world: World) -> None:
    """Wait until some rows are there, of which many more are to come."""
    async with looking(world.data) as stored:

        async def has_begun() -> bool:
            return await stored.turns_kept() > TURNS

        await comes_to(has_begun)
