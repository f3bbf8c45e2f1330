"""A worker as its watcher sees it: a process that may not do what it is told."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import suppress

import pytest

from bot.cli.run import worker_process
from bot.cli.run.worker_process import WorkerProcess
from tests.eventually import PATIENCE

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"


async def test_a_watcher_that_is_stopped_while_it_kills_one_still_waits_for_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else it would end before its processes, by an error, and those that still finish are nobody's."""
    monkeypatch.setattr(worker_process, "END_PATIENCE", 0.0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEAF), stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    await process.stdout.readline()
    ours, theirs = socket.socketpair()
    with theirs:
        one = WorkerProcess(process, ours)
        leaving = asyncio.create_task(one.leave())
        kill = process.send_signal

        def stopped_then(number: int) -> None:
            kill(number)
            leaving.cancel()

        monkeypatch.setattr(process, "send_signal", stopped_then)
        with suppress(asyncio.CancelledError):
            await leaving
        assert await asyncio.wait_for(one.stop(), PATIENCE) == -signal.SIGKILL
        one.close()
