"""`oaflow` as its users start it: a process of its own, with its own folder and environment."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds after which a process that says nothing has failed the test."""

LINE_SETTINGS = {
    "LINE_CHANNEL_ID": "1234",
    "LINE_CHANNEL_SECRET": "the-channel-secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "the-access-token",
}


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without anything that a playbook or oaflow reads, and `more`."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("OAFLOW_", "LINE_"))}
    return {**own, **more}


async def start(*arguments: str, **more: str) -> asyncio.subprocess.Process:
    """`python -m bot` with these arguments, reading nothing."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment(more),
    )


async def ended(*arguments: str, **more: str) -> Ended:
    """A command that ends by itself."""
    process = await start(*arguments, **more)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@dataclass
class Serving:
    """A running `oaflow run`: where it is, and each line of its log so far."""

    process: asyncio.subprocess.Process
    address: str
    log: list[dict[str, Any]]

    @property
    def messages(self) -> list[str]:
        return [line["message"] for line in self.log]

    async def says(self, words: str) -> dict[str, Any]:
        """The next line of its log whose message holds these words, once it is there."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while True:
                line = await self.process.stderr.readline()
                assert line, f"it ended before it said that: {self.messages}"
                self.log.append(json.loads(line))
                if words in self.log[-1]["message"]:
                    return self.log[-1]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> Ended:
        """Ask it to stop; what came after it was ready."""
        self.process.send_signal(how)
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        assert self.process.returncode is not None
        return Ended(self.process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def serving(*arguments: str, **more: str) -> AsyncIterator[Serving]:
    """`oaflow run` on a free port, ready; killed at the end if the test has not stopped it."""
    process = await start("run", *arguments, "--port", "0", **more)
    try:
        log = await asyncio.wait_for(_until_ready(process), PATIENCE)
        webhook = next(line["message"] for line in log if line["message"].startswith("webhook address"))
        yield Serving(process, webhook.split(": ")[1].removesuffix("/webhook/main"), log)
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.communicate(), PATIENCE)


async def _until_ready(process: asyncio.subprocess.Process) -> list[dict[str, Any]]:
    assert process.stderr is not None
    log: list[dict[str, Any]] = []
    while not log or log[-1]["message"] != "ready":
        line = await process.stderr.readline()
        assert line, f"it ended before it was ready: {log}"
        log.append(json.loads(line))
    return log
