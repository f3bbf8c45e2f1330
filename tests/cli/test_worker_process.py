"""A worker as its watcher sees it: a process that may not do what it is told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from contextlib import closing, suppress

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
    with theirs, closing(WorkerProcess(process, ours)) as one:
        leaving = asyncio.create_task(one.leave())
        kill = os.kill

        def stopped_then(pid: int, number: int) -> None:
            kill(pid, number)
            leaving.cancel()

        monkeypatch.setattr(os, "kill", stopped_then)
        with suppress(asyncio.CancelledError):
            await leaving
        assert await asyncio.wait_for(one.stop(), PATIENCE) == -signal.SIGKILL


async def test_one_that_has_just_ended_by_itself_is_asked_to_end_and_still_tells_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`Popen` looks for a child's end before it sends a signal: the code would be its, and ours "unknown"."""
    waitpid, asked = os.waitpid, threading.Event()

    def late(pid: int, options: int) -> tuple[int, int]:
        asked.wait(PATIENCE)
        return waitpid(pid, options)

    monkeypatch.setattr(os, "waitpid", late)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(7)")
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222 -- the loop is not to see its end
    ours, theirs = socket.socketpair()
    with theirs, closing(WorkerProcess(process, ours)) as one:
        stopping = asyncio.create_task(one.stop())
        asyncio.get_running_loop().call_soon(asked.set)
        assert await asyncio.wait_for(stopping, PATIENCE) == 7
