"""`oaflow run` as a process of its own, forked from one that has imported everything: half of its start.

Tests of a first start begin it as its users do: `tests/cli/oaflow.py`.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from threading import Thread
from typing import NamedTuple

from tests.cli.oaflow import PATIENCE, ROOT, environment

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["bot.cli.run.command", __name__])


class Forked(NamedTuple):
    """A process that serves."""

    address: str
    pid: int


@asynccontextmanager
async def forked(*arguments: str) -> AsyncIterator[Forked]:
    """`oaflow run` with these arguments on a free port, ready; it ends with the block."""
    ours, its = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_run, args=(("run", *arguments, "--port", "0"), environment({}), its))
    process.start()
    its.close()
    said: list[str] = []
    ready, loop = asyncio.Event(), asyncio.get_running_loop()

    def listen() -> None:
        with os.fdopen(os.dup(ours.fileno()), encoding="utf-8") as lines:
            for line in lines:
                said.append(json.loads(line)["message"] if line.startswith("{") else line)
                if said[-1] == "ready":
                    loop.call_soon_threadsafe(ready.set)
        if "ready" not in said:
            loop.call_soon_threadsafe(ready.set)

    listener = Thread(target=listen, daemon=True)
    listener.start()
    try:
        async with asyncio.timeout(PATIENCE):
            await ready.wait()
        assert "ready" in said, f"it ended before it was ready: {said}"
        webhook = next(line for line in said if line.startswith("webhook address"))
        assert process.pid is not None
        yield Forked(webhook.split(": ")[1].removesuffix("/webhook/main"), process.pid)
    finally:
        process.terminate()
        await asyncio.to_thread(process.join, PATIENCE)
        await asyncio.to_thread(listener.join, PATIENCE)
        ours.close()
    assert process.exitcode == 0, f"it did not end well: {said}"


def _run(arguments: tuple[str, ...], variables: dict[str, str], told: Connection) -> None:
    os.dup2(told.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(variables)
    from bot.cli.main import entry

    sys.argv = [str(ROOT / "bot" / "__main__.py"), *arguments]
    entry()
