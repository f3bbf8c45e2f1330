"""K3: who watches the processes of `oaflow run --processes`: which are started, when, and when no more."""

from __future__ import annotations

import asyncio
import errno
import itertools
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.cli.run.watcher import GIVES_UP, PAUSES, Asked, Watcher
from tests.cli.oaflow import ROOT
from tests.conftest import ManualClock
from tests.eventually import PATIENCE

KILLED = -signal.SIGKILL


@pytest.fixture(autouse=True)
def _told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "oaflow.watcher")


class Pretended:
    """A process that does what the test says. `tells` is what it was started for."""

    def __init__(self, pid: int, place: int, *, tells: bool) -> None:
        self.pid, self.place, self.tells = pid, place, tells
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = loop.create_future()
        self._up: asyncio.Future[bool] = loop.create_future()
        self.told: list[str] = []
        self.heeds = True
        """Whether it ends when it is asked to."""

    def comes_up(self) -> None:
        self._up.set_result(True)

    def dies(self, code: int = KILLED) -> None:
        self.ended.set_result(code)

    async def is_ready(self) -> bool:
        await asyncio.wait((self.ended, self._up), return_when=asyncio.FIRST_COMPLETED)
        return self._up.done()

    async def leave(self) -> int:
        self.told.append("leave")
        return await asyncio.shield(self.ended)

    async def stop(self, at_once: asyncio.Event | None = None) -> int:
        self.told.append("stop")
        if self.heeds and not self.ended.done():
            self.dies(0)
        assert at_once is not None
        hurry = asyncio.create_task(at_once.wait())
        await asyncio.wait((self.ended, hurry), return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not self.ended.done():
            self.dies()
        return await asyncio.shield(self.ended)

    def close(self) -> None:
        self.told.append("closed")


class House:
    """A watcher, and the processes that it has started, in order."""

    def __init__(self, places: int) -> None:
        self.clock, self.asked = ManualClock(), Asked()
        self._started: asyncio.Queue[Pretended] = asyncio.Queue()
        self._pids = itertools.count(1)
        self.refused: OSError | None = None
        """What the system answers who wants to start a process."""
        self.watcher = Watcher(places, self._start, self.asked, self.clock)
        self.run = asyncio.create_task(self.watcher.run())

    async def _start(self, place: int, tells: bool) -> Pretended:
        if self.refused is not None:
            raise self.refused
        one = Pretended(next(self._pids), place, tells=tells)
        self._started.put_nowait(one)
        return one

    async def next(self) -> Pretended:
        return await asyncio.wait_for(self._started.get(), PATIENCE)

    async def up(self) -> Pretended:
        """The next one, once it is up."""
        one = await self.next()
        one.comes_up()
        await settled()
        return one

    async def code(self) -> int:
        return await asyncio.wait_for(self.run, PATIENCE)

    async def nothing_more(self) -> None:
        await settled()
        assert self._started.empty()


@asynccontextmanager
async def house(places: int = 2) -> AsyncIterator[House]:
    """All are up."""
    one = House(places)
    yield one
    if not one.run.done():
        one.asked.stopping.set()
        await one.code()


async def test_the_first_comes_up_alone_and_tells_for_all() -> None:
    async with house(3) as here:
        first = await here.next()
        await here.nothing_more()
        first.comes_up()
        others = [await here.up(), await here.up()]
        assert [one.tells for one in (first, *others)] == [True, False, False]
        assert {one.place for one in (first, *others)} == {0, 1, 2}
        here.asked.stopping.set()
        assert await here.code() == 0
        assert [one.told for one in (first, *others)] == [["stop", "closed"]] * 3


@pytest.mark.parametrize(("ended", "code"), [(1, 1), (2, 2), (0, 1), (KILLED, 1)])
async def test_what_keeps_the_first_from_starting_is_not_tried_again(ended: int, code: int) -> None:
    async with house() as here:
        (await here.next()).dies(ended)
        assert await here.code() == code
        await here.nothing_more()


async def test_who_dies_is_started_again_at_once_and_then_later_and_later() -> None:
    async with house() as here:
        await here.up()
        dying = await here.up()
        here.clock.advance(3600)
        dying.dies()
        dying = await here.up()  # at once: it had served for an hour
        for pause in PAUSES[1:]:
            assert dying.place == 1
            dying.dies()
            await here.clock.waited_for()
            assert here.clock.until_next() == pause
            await here.nothing_more()
            here.clock.advance(pause)
            dying = await here.up()
        here.clock.advance(3600)
        dying.dies()
        await here.up()


async def test_it_gives_up_only_while_none_is_up() -> None:
    async with house() as here:
        first, second = await here.up(), await here.up()
        here.clock.advance(3600)
        second.dies()
        for _ in range(GIVES_UP + 2):
            here.clock.advance(PAUSES[-1])
            (await here.next()).dies(2)
            await here.clock.waited_for()
            await settled()
        assert not here.run.done()
        first.dies()
        for number in range(GIVES_UP):
            here.clock.advance(PAUSES[-1])
            (await here.next()).dies(2)
            if number < GIVES_UP - 1:
                await settled()
                assert not here.run.done()
        here.clock.advance(PAUSES[-1])
        assert await here.code() == 2


async def test_a_system_that_starts_no_process_ends_none_that_serves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is tried again, later and later; also where all were to be replaced."""
    async with house() as here:
        first, second = await here.up(), await here.up()
        here.refused = BlockingIOError(errno.EAGAIN, "no process left")
        here.asked.anew.set()
        await here.nothing_more()
        here.clock.advance(3600)
        second.dies()
        for pause in PAUSES[1:]:
            await here.clock.waited_for()
            await settled()
            assert here.clock.until_next() == pause
            here.clock.advance(pause)
        await settled()
        here.refused = None
        here.clock.advance(PAUSES[-1])
        again = await here.up()
        assert again.place == second.place
        assert not here.run.done()
        assert first.told == again.told == []
    refused = [record.message for record in caplog.records if "starts no process" in record.message]
    assert refused == [f"the system starts no process: [Errno {errno.EAGAIN}] no process left"] * 7


async def test_one_after_the_other_is_replaced() -> None:
    async with house() as here:
        old = [await here.up(), await here.up()]
        old.sort(key=lambda one: one.place)
        here.asked.anew.set()
        new = await here.next()
        await here.nothing_more()
        assert (new.place, new.tells, old[0].told) == (0, True, [])
        new.comes_up()
        await until(lambda: old[0].told == ["leave"])
        await here.nothing_more()
        old[0].dies(0)
        second = await here.up()
        assert (second.place, second.tells) == (1, False)
        await until(lambda: old[1].told == ["leave"])
        old[1].dies(0)
        await here.nothing_more()
        assert new.told == second.told == []


async def test_who_cannot_be_replaced_stays() -> None:
    async with house() as here:
        old = [await here.up(), await here.up()]
        here.asked.anew.set()
        (await here.next()).dies(1)
        await here.nothing_more()
        assert [one.told for one in old] == [[], []]
        here.asked.anew.set()
        await here.up()


async def test_who_dies_while_another_takes_its_place_is_not_started_again() -> None:
    async with house(1) as here:
        old = await here.up()
        here.asked.anew.set()
        new = await here.next()
        old.dies()
        await here.nothing_more()
        new.comes_up()
        await here.nothing_more()
        assert new.told == []


@pytest.mark.parametrize("places", [1, 2])
async def test_a_new_one_that_dies_while_the_old_one_leaves_is_told_and_started_again(
    caplog: pytest.LogCaptureFixture, places: int
) -> None:
    """At its time, without waiting for the old one; and nobody else is replaced by such a new one."""
    async with house(places) as here:
        old = sorted([await here.up() for _ in range(places)], key=lambda one: one.place)
        here.clock.advance(3600)
        here.asked.anew.set()
        new = await here.up()
        await until(lambda: old[0].told == ["leave"])
        new.dies()
        await here.clock.waited_for()
        assert f"process {new.pid} has ended (signal 9): it is started again" in caplog.messages
        assert here.clock.until_next() == PAUSES[1], "it was up briefly"
        here.clock.advance(PAUSES[1])
        again = await here.up()
        assert (again.place, again.told, old[0].told) == (0, [], ["leave"])
        old[0].dies(0)
        await here.nothing_more()
        assert all(one.told == [] for one in (again, *old[1:]))
        assert "all processes are new" not in caplog.messages
        assert "the new process has ended again: no more are replaced" in caplog.messages
        here.asked.anew.set()
        newest = await here.up()
        assert newest.place == 0
        again.dies(0)


async def test_who_serves_and_dies_at_once_is_told_and_started_again_later_and_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Dead before the watcher has read that it serves."""
    async with house(1) as here:
        here.clock.advance(3600)
        for pause in PAUSES[1:]:
            one = await here.next()
            one.comes_up()
            one.dies()
            await here.clock.waited_for()
            assert here.clock.until_next() == pause
            assert f"process {one.pid} has ended (signal 9): it is started again" in caplog.messages
            here.clock.advance(pause)


async def test_who_dies_while_others_still_start_is_started_again() -> None:
    """However long those take."""
    async with house(3) as here:
        first = await here.up()
        slow, second = await here.next(), await here.up()
        for dying in (first, second):
            dying.dies()
            await here.clock.waited_for()
            here.clock.advance(PAUSES[1])
            assert (await here.up()).place == dying.place
        slow.comes_up()
        await here.nothing_more()


async def test_what_is_said_at_the_start_counts_who_serves(caplog: pytest.LogCaptureFixture) -> None:
    async with house(3) as here:
        await here.up()
        failing = await here.next()
        await here.up()
        assert "ready" not in caplog.messages
        failing.dies(2)
        await until(lambda: "ready" in caplog.messages)
        assert "processes that serve: 2" in caplog.messages


async def test_who_dies_while_it_leaves_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """What it had taken and not answered has no answer, as with any that dies; nobody is started for it."""
    async with house(1) as here:
        old = await here.up()
        here.asked.anew.set()
        await here.up()
        await until(lambda: old.told == ["leave"])
        old.dies()
        await until(lambda: "all processes are new" in caplog.messages)
        assert f"process {old.pid} has not ended in order (signal 9)" in caplog.messages
        await here.nothing_more()


async def test_stopped_while_one_starts_that_ends_too() -> None:
    async with house() as here:
        first = await here.next()
        here.asked.stopping.set()
        assert await here.code() == 0
        assert first.told == ["stop", "closed"]


async def test_whose_fault_it_is_that_not_all_end_in_order_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """One that the system kills as it stops says nothing itself; an end by SIGTERM is one in order."""
    async with house(3) as here:
        dying, early, _ = await here.up(), await here.up(), await here.up()
        dying.heeds = early.heeds = False
        here.asked.stopping.set()
        await until(lambda: "stop" in dying.told)
        dying.dies()
        early.dies(-signal.SIGTERM)
        assert await here.code() == 1
    told = [message for message in caplog.messages if "in order" in message]
    assert told == [f"process {dying.pid} has not ended in order (signal 9)"]


async def test_who_does_not_end_is_killed_at_the_second_signal() -> None:
    async with house(1) as here:
        deaf = await here.up()
        deaf.heeds = False
        here.asked.stopping.set()
        await until(lambda: "stop" in deaf.told)
        await here.nothing_more()
        assert not here.run.done()
        here.asked.at_once.set()
        assert await here.code() == 1


HEARS_SIGHUP = """
import asyncio, signal, sys
from bot.cli.run.watcher import Asked
# whatever the tests were started by
signal.signal(signal.SIGHUP, signal.SIG_IGN if "nohup" in sys.argv else signal.SIG_DFL)
async def main():
    asked = Asked()
    asked.by_signals()
    print("begins", flush=True)
    waits = [asyncio.create_task(one.wait()) for one in (asked.stopping, asked.anew)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    print("stopping" if asked.stopping.is_set() else "anew", flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("terminal", "closed", "words", "asked"),
    [
        ("stdin", True, (), b"stopping"),  # its log goes to a file
        ("stderr", True, (), b"stopping"),
        ("stdin", True, ("nohup",), b"anew"),
        ("stdin", False, (), b"anew"),
        (None, False, (), b"anew"),
    ],
)
async def test_sighup_ends_whose_terminal_was_closed(
    terminal: str | None, closed: bool, words: tuple[str, ...], asked: bytes
) -> None:
    ours, theirs = os.openpty()
    nothing = asyncio.subprocess.DEVNULL
    stdin, stderr = (theirs if name == terminal else nothing for name in ("stdin", "stderr"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HEARS_SIGHUP, *words),
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        cwd=ROOT,
    )
    os.close(theirs)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        assert await process.stdout.readline() == b"begins\n"
        if closed:
            os.close(ours)
        process.send_signal(signal.SIGHUP)
        assert (await process.stdout.read()).strip() == asked
        await process.wait()
    if not closed:
        os.close(ours)


async def settled() -> None:
    """Give the watcher every chance to do something."""
    for _ in range(20):
        await asyncio.sleep(0)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0)
