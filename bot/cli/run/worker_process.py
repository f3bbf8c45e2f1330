"""A worker as its watcher sees it: started, ready, asked to leave, ended."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from bot.cli.run.worker import LEAVE, READY, WORKER, WorkerFiles, for_worker

log = logging.getLogger("oaflow.watcher")

READY_PATIENCE = 300.0
"""Seconds in which a process must be ready: the database alone is waited for for two minutes."""
END_PATIENCE = 60.0
"""Seconds in which a process must have ended in order."""
PACKAGE = Path(__file__).parents[3]


class WorkerProcess:
    """Made by `begun`. In a session of its own: Ctrl-C is the watcher's, who then stops it."""

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self._process = process
        self._channel = channel
        self.ended = asyncio.create_task(process.wait())
        """Its exit code."""

    @classmethod
    async def begun(cls, command: Sequence[str], files: WorkerFiles, *, tells: bool) -> WorkerProcess:
        """`python -m bot` with these words: the program as it is on disk now, not a copy of us."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, ExitStack() as where_it_fails:
            where_it_fails.callback(ours.close)
            given = [one.fileno() for one in (files.listener, files.own, theirs) if one is not None]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot", *command),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=given,
                start_new_session=True,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(filter(None, (str(PACKAGE), os.environ.get("PYTHONPATH")))),
                    WORKER: for_worker(files, theirs, tells=tells),
                },
            )
            where_it_fails.pop_all()
        return cls(process, ours)

    @property
    def pid(self) -> int:
        """Its id at the system."""
        return self._process.pid

    async def is_ready(self) -> bool:
        """Wait until it serves; `False` once it has ended instead, also because that took too long."""
        try:
            async with asyncio.timeout(READY_PATIENCE):
                if await asyncio.get_running_loop().sock_recv(self._channel, 1) == READY:
                    return True
        except ConnectionError:
            pass  # it has ended
        except TimeoutError:
            log.error("process %d did not serve within %d s: it is to end", self.pid, READY_PATIENCE)
            self._send(signal.SIGTERM)
        await self._has_ended()
        return False

    async def leave(self) -> int:
        """Tell it that another one serves in its place, and wait for its end; its exit code."""
        with suppress(OSError):  # it has just ended
            self._channel.send(LEAVE)
        return await self._has_ended()

    async def stop(self, at_once: asyncio.Event | None = None) -> int:
        """Ask it to end, and wait for that, until it is to be `at_once`; its exit code."""
        self._send(signal.SIGTERM)
        return await self._has_ended(at_once)

    async def _has_ended(self, at_once: asyncio.Event | None = None) -> int:
        hurry = asyncio.create_task((at_once or asyncio.Event()).wait())
        await asyncio.wait((self.ended, hurry), timeout=END_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not self.ended.done():
            if not hurry.done():
                log.error("process %d did not end within %d s: it is killed", self.pid, END_PATIENCE)
            self._send(signal.SIGKILL)
        hurry.cancel()
        return await asyncio.shield(self.ended)  # a waiter may be cancelled: others wait as well

    def _send(self, number: signal.Signals) -> None:
        """Not by `Popen`, as asyncio's own loop does: that looks first whether it has ended, and may take its
        code from `ended`."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def close(self) -> None:
        """Once it has ended."""
        self._channel.close()
