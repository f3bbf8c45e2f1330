"""`oaflow run --processes N`: who dies comes back, who is replaced turns nobody away, all end together."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil
import pytest

from bot.cli.run.worker import READY, WORKER, WorkerFiles, for_worker
from bot.web.server import listen
from tests.faults.bot_process import PATIENCE, BotProcess, comes_to
from tests.faults.webhooks import HOURS, Occurrence, person, says
from tests.faults.world import World

TALKERS = 8

SAID_BY_ONE = 200
"""Messages after which somebody else goes on: of more than 300 in an hour little is stored (semantics 39)."""


def workers(bot: BotProcess) -> list[int]:
    """The processes that serve, by id, in the order in which they came up."""
    told = [json.loads(line) for line in bot.log if '"this is process ' in line]
    return [line["pid"] for line in told]


def alive(bot: BotProcess) -> list[int]:
    """Those of them that live."""
    return [pid for pid in workers(bot) if psutil.pid_exists(pid)]


@dataclass
class Talk:
    """People who write one message after the other, each as soon as LINE is asked for the reply to the one
    before, over connections that are kept."""

    world: World
    bot: BotProcess
    said: list[Occurrence] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    again: bool = False
    """Whether what is refused is delivered again, as LINE does."""
    _ends: bool = False

    async def one(self) -> None:
        while not self._ends:
            await self._same_person()

    async def _same_person(self) -> None:
        user = person()
        for _ in range(SAID_BY_ONE):
            if self._ends:
                return
            event = says(user, HOURS)
            self.said.append(event)
            if self.again:
                await self.world.delivered(self.bot, event)
            elif (status := await self.world.deliver(self.bot, event)) != 200:
                self.refused.append(status)
                continue
            await self.world.line.was_asked(event.token)

    async def more(self, count: int = 50) -> None:
        """Wait until so many more were taken."""
        async with asyncio.timeout(PATIENCE):
            await self.world.courier.has_taken(len(self.world.courier.taken) + count)

    def end(self) -> None:
        self._ends = True


@asynccontextmanager
async def talking(
    world: World, bot: BotProcess, *, again: bool = False, talkers: int = TALKERS
) -> AsyncIterator[Talk]:
    talk = Talk(world, bot, again=again)
    world.line.takes = 0.1  # else they leave no processor to the processes that start
    async with asyncio.TaskGroup() as group:
        for _ in range(talkers):
            group.create_task(talk.one())
        try:
            yield talk
        finally:
            talk.end()


def none_is_left(pids: Sequence[int]) -> bool:
    return not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.ring("test", "the restart of this ring")
async def test_one_alone_is_replaced_while_somebody_writes(world: World) -> None:
    """SIGHUP: each webhook is answered 200 the first time, before, meanwhile and after."""
    bot = await world.bot().start("--processes", "1")
    [before] = workers(bot)
    async with talking(world, bot, talkers=1) as talk:
        await talk.more(5)
        bot.send(signal.SIGHUP)
        await bot.says_so('"all processes are new"')
        await talk.more(5)
    assert talk.refused == []
    assert none_is_left([before])
    await world.all_done()
    await world.check(talk.said)
    assert await bot.stop() == 0


async def test_one_is_killed_and_each_is_replaced_under_webhooks(world: World) -> None:
    """Killed: nothing lost, nothing twice, and there are two again. SIGHUP: each webhook is answered 200 the
    first time, has one turn, one reply; in order."""
    bot = await world.bot().start("--processes", "2")
    first, second = workers(bot)
    async with talking(world, bot, again=True) as killed:
        await killed.more()
        os.kill(first, signal.SIGKILL)
        await bot.says_so('"this is process ', 3)
        await killed.more()
    before = alive(bot)
    assert second in before
    assert len(before) == 2
    async with talking(world, bot) as replaced:
        await replaced.more()
        bot.send(signal.SIGHUP)
        await bot.says_so('"all processes are new"')
        await replaced.more()
    assert replaced.refused == []
    assert len(workers(bot)) == 5
    assert none_is_left(before)
    await world.all_done()
    await world.check(killed.said + replaced.said)
    assert await bot.stop() == 0
    assert none_is_left(workers(bot))
    assert world.mongod is None
    [complaint] = bot.complaints()
    assert f"process {first} has ended (signal 9): it is started again" in complaint


def own_addresses(bot: BotProcess) -> dict[int, str]:
    """Where each of them is found by itself, by its id."""
    told = [json.loads(line) for line in bot.log if '"found by itself at ' in line]
    return {line["pid"]: f"http://127.0.0.1:{line['port']}" for line in told}


async def handed_over(world: World, address: str) -> Counter[str]:
    """How many events the process there has handed to others, by whether those have stored them."""
    async with world.session.get(f"{address}/metrics") as answer:
        text = await answer.text()
    found = re.findall(r'^oaflow_events_handed_over_total{stored="(yes|no)"} (\d+)', text, re.MULTILINE)
    return Counter({stored: int(count) for stored, count in found})


async def test_one_stands_still_and_dies_with_what_it_was_handed(world: World) -> None:
    """What the other hands over and is not answered it stores itself: nothing lost, nothing twice."""
    bot = await world.bot().start("--processes", "2", "--own-ports", "0")
    first, second = workers(bot)
    address = own_addresses(bot)[first]
    said: list[Occurrence] = []

    async def people_write() -> None:
        more = [says(person(), HOURS) for _ in range(20)]
        said.extend(more)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            for event in more:
                group.create_task(world.courier.deliver_until_taken(lambda: address, [event]))

    async def hands_over() -> bool:
        await people_write()
        return (await handed_over(world, address))["yes"] > 0

    await comes_to(hands_over)
    os.kill(second, signal.SIGSTOP)
    await people_write()
    await people_write()
    assert (await handed_over(world, address))["no"] > 0
    os.kill(second, signal.SIGKILL)
    await bot.says_so('"this is process ', 3)
    await world.all_done()
    await world.check(said)
    assert await bot.stop() == 0


async def test_without_their_watcher_they_end_and_at_a_second_signal_who_does_not_end(world: World) -> None:
    """Their address is free for the next; a second signal ends one that is frozen, too. What was answered 200
    is there at the next start."""
    bot = await world.bot().start("--processes", "2")
    said = [says(person(), HOURS) for _ in range(20)]
    await world.delivered(bot, *said)
    await bot.kill()

    async def over() -> bool:
        return none_is_left(workers(bot)) and world.mongod is None

    await comes_to(over)
    again = await world.bot().start("--processes", "1", "--port", bot.address.rpartition(":")[2])
    assert again.address == bot.address
    more = [says(person(), HOURS) for _ in range(20)]
    await world.delivered(again, *more)
    os.kill(workers(again)[0], signal.SIGSTOP)
    again.send(signal.SIGTERM)
    await again.says_so('"stopping"')
    again.send(signal.SIGTERM)
    assert await again.ended() == 1
    assert none_is_left(workers(again))
    last = await world.bot().start()
    await world.all_done()
    await world.check(said + more)
    assert await last.stop() == 0


async def test_one_whose_watcher_dies_before_it_has_read_that_it_serves_ends(world: World) -> None:
    """The system tells it so by an error, once; it ends in order, and keeps no address."""
    watcher, theirs = socket.socketpair()
    with watcher, listen("127.0.0.1", 0) as listener:
        listener.listen()
        with theirs:
            told = for_worker(WorkerFiles(listener, None, False, None), theirs, tells=True)
            one = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", str(world.folder)),
                stdin=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(listener.fileno(), theirs.fileno()),
                env=world.environment | {WORKER: told},
            )
        try:
            watcher.settimeout(PATIENCE)
            assert await asyncio.to_thread(watcher.recv, 1, socket.MSG_PEEK) == READY
            watcher.close()
            assert await asyncio.wait_for(one.wait(), PATIENCE) == 0
        finally:
            if one.returncode is None:
                one.kill()
                await one.wait()
    assert world.mongod is None
