"""L8: what drafts may take of the server: the process beside it is bounded, knows nothing, and is ended."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from functools import partial

import psutil
import pytest

from bot.operations.drafts.draft import DraftRefused
from bot.operations.drafts.worker import PASSED_ON, DraftTurns, DraftWorker
from bot.operations.drafts.worker_process import MEMORY
from tests.eventually import eventually


@pytest.fixture
async def worker() -> AsyncIterator[DraftWorker]:
    made = DraftWorker(longest=2.0)
    yield made
    await made.close()


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_it_has_no_secret_no_database_and_no_socket_of_ours(
    worker: DraftWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINE_CHANNEL_SECRET", "5f1c0e8d2b7a4e6f")
    variables: dict[str, str] = await worker.run(partial(eval, "dict(__import__('os').environ)"))
    assert variables.keys() <= {*PASSED_ON, "PYTHONPATH"}
    modules: list[str] = await worker.run(partial(eval, "list(__import__('sys').modules)"))
    assert not {"pymongo", "aiohttp"}.intersection(modules)
    if sys.platform == "linux":
        files = "[str(one.resolve()) for one in __import__('pathlib').Path('/proc/self/fd').iterdir()]"
        sockets = [one for one in await worker.run(partial(eval, files)) if "socket:" in one]
        assert len(sockets) <= 1, "that of its own work"


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound a process's memory")
async def test_what_takes_too_much_memory_is_ended_and_the_next_goes_on(worker: DraftWorker) -> None:
    for too_much in (f"bytearray({MEMORY})", "'x' * 2**25", "__import__('os').abort()"):
        with pytest.raises(DraftRefused, match="too much memory"):
            await worker.run(partial(eval, too_much))
    assert await worker.run(partial(divmod, 7, 2)) == (3, 1)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_takes_too_long_is_ended_whatever_it_does(worker: DraftWorker) -> None:
    began = time.monotonic()
    with pytest.raises(DraftRefused, match="longer than 2 seconds"):
        await worker.run(partial(re.match, "(a+)+$", "a" * 60 + "b"))
    assert time.monotonic() - began < 20


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_bug_is_raised_here_and_says_where_it_was(worker: DraftWorker) -> None:
    with pytest.raises(ZeroDivisionError) as found:
        await worker.run(partial(divmod, 1, 0))
    assert "worker_process.py" in found.value.__notes__[0]


@pytest.mark.ring("all", "starts a process")
async def test_where_the_process_has_ended_another_begins(worker: DraftWorker) -> None:
    first: int = await worker.run(os.getppid)
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: ended(first), lambda gone: gone)
    assert await worker.run(os.getppid) != first


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_a_service_manager_sends_to_all_processes_ends_no_work(worker: DraftWorker) -> None:
    """systemd's KillMode: who waited was told that their draft needs too much memory."""
    parent: int = await worker.run(os.getppid)
    waiting = asyncio.create_task(worker.run(partial(time.sleep, 60), seconds=60))
    await worker.run(os.getppid)  # the other has begun before this one
    for process in (*psutil.Process(parent).children(), psutil.Process(parent)):
        process.terminate()
    assert await worker.run(os.getppid) == parent
    await worker.close()
    with pytest.raises(DraftRefused, match="restarting"):
        await waiting


@pytest.mark.ring("all", "a bot of its own, and many turns")
def test_a_system_without_such_limits_imports_what_the_server_needs() -> None:
    """Windows has no `resource`."""
    code = "import sys; sys.modules['resource'] = None; import bot.operations.drafts.worker"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_waits_is_told_that_the_server_ends(worker: DraftWorker) -> None:
    parent: int = await worker.run(os.getppid)
    waiting = asyncio.create_task(worker.run(partial(time.sleep, 60), seconds=60))
    await worker.run(os.getppid)  # the other has begun before this one
    await worker.close()
    with pytest.raises(DraftRefused, match="restarting"):
        await waiting
    assert not psutil.pid_exists(parent)
    with pytest.raises(DraftRefused, match="restarting"):
        await worker.run(os.getppid)


async def test_one_of_an_account_is_read_and_the_newest_waits() -> None:
    """Nobody waits for all that another account has asked for."""
    turns, order = DraftTurns(at_once=2), list[str]()
    free = {name: asyncio.Event() for name in ("mei 1", "mei 2", "mei 3", "tom 1", "ann 1")}

    async def work(account: str, number: int) -> None:
        async with turns.turn(account, "check"):
            order.append(f"{account} {number}")
            await free[f"{account} {number}"].wait()

    async with asyncio.TaskGroup() as group:

        async def begin(account: str, number: int) -> None:
            group.create_task(work(account, number))
            await asyncio.sleep(0)

        await begin("mei", 1)
        second = group.create_task(refused(work("mei", 2)))
        await asyncio.sleep(0)
        await begin("mei", 3)
        await begin("tom", 1)
        await begin("ann", 1)
        assert order == ["mei 1", "tom 1"]
        assert await second, "a newer one has taken its place"
        free["tom 1"].set()
        free["mei 1"].set()
        for event in free.values():
            event.set()
    assert sorted(order) == ["ann 1", "mei 1", "mei 3", "tom 1"]


async def test_who_goes_away_gives_the_turn_back() -> None:
    turns = DraftTurns(at_once=1)
    async with turns.turn("mei"):
        waiting = asyncio.create_task(turns.turn("tom").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with asyncio.timeout(5):
        await turns.turn("tom").__aenter__()


async def ended(process: int) -> bool:
    """Whether it is gone."""
    return not psutil.pid_exists(process)


async def refused(work: Awaitable[None]) -> bool:
    """Whether it is refused."""
    try:
        await work
    except DraftRefused:
        return True
    return False
