"""A session of tests that a time-out of CI ends leaves neither a bot nor its database behind."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

import psutil
import pytest

from tests.eventually import PATIENCE
from tests.faults.world import World

pytestmark = pytest.mark.ring("all", "a session of its own, with a bot")


async def waits_beside_its_bot(world: World) -> None:
    """The only test of the session that is ended below; no other collects it."""
    bot = await world.bot().start()
    assert world.mongod is not None
    sys.stdout.write(f"\nprocesses {bot.pid} {world.mongod}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def test_a_session_that_is_ended_ends_its_bots() -> None:
    only = ("-s", "-p", "no:cacheprovider", "-o", "python_functions=waits_*", __file__)
    session = await asyncio.create_subprocess_exec(sys.executable, "-m", "pytest", *only, stdout=PIPE)
    assert session.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            while not (line := await session.stdout.readline()).startswith(b"processes"):
                assert line, "it has begun"
            started = [psutil.Process(int(pid)) for pid in line.split()[1:]]
            session.send_signal(signal.SIGTERM)
            await session.communicate()
            gone, left = await asyncio.to_thread(psutil.wait_procs, started, PATIENCE)
    finally:
        if session.returncode is None:
            session.kill()
    assert session.returncode == pytest.ExitCode.INTERRUPTED
    assert len(gone) == 2
    assert not left
