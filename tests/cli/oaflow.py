"""`oaflow` as its users start it: its words, its environment; what it says, and how it ends.

What serves is a process of its own. Other commands are carried out in this process, unless a test is about
the process itself: a start of Python costs more than most of them.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.cli.main import main
from tests.eventually import PATIENCE
from tests.started import HURRY, Started, started

ROOT = Path(__file__).parents[2]

SET_UP = ("", "oaflow", "aiohttp.server", "asyncio", "pymongo.client")
"""The loggers that `oaflow run` sets up."""

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


async def ended_process(*arguments: str, **more: str) -> Ended:
    """A command that ends by itself, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment(more),
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


class Terminal(io.StringIO):
    """Somebody sits there and types this."""

    def isatty(self) -> bool:
        return True


def ended_here(*arguments: str, typed: str | None = None, **more: str) -> Ended:
    """A command that ends by itself, in this process, where no event loop runs; `typed` at a terminal."""
    out, err = io.StringIO(), io.StringIO()
    stdin = io.StringIO() if typed is None else Terminal(typed)
    with (
        patch.dict(os.environ, environment(more), clear=True),
        patch.object(sys, "stdin", stdin),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            code: object = main(arguments)
        except SystemExit as ending:  # argparse's own
            code = ending.code
    return Ended(int(str(code)), out.getvalue(), err.getvalue())


async def ended(*arguments: str, typed: str | None = None, **more: str) -> Ended:
    """The same beside an event loop. Not `run`, which listens for signals: that needs the main thread."""
    return await ended_within(PATIENCE, *arguments, typed=typed, **more)


async def ended_within(seconds: float, *arguments: str, typed: str | None = None, **more: str) -> Ended:
    """The same of a command that may take so long."""
    assert arguments[:1] != ("run",)
    run = partial(ended_here, *arguments, typed=typed, **more)
    return await asyncio.wait_for(asyncio.to_thread(run), seconds)


def ended_run(*arguments: str, **more: str) -> Ended:
    """`oaflow run` that is refused. What it sets for the whole of its process is put back."""
    root, loggers = logging.getLogger(), [logging.getLogger(name) for name in SET_UP]
    handlers, before = root.handlers[:], [(one.level, one.filters[:]) for one in loggers]
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return ended_here("run", *arguments, **more)
    finally:
        root.handlers[:] = handlers
        for one, (level, filters) in zip(loggers, before, strict=True):
            one.setLevel(level)
            one.filters[:] = filters
        for number, handler in signals.items():
            signal.signal(number, handler)


@dataclass
class Serving:
    """A running `oaflow run`: where it is, and each line of its log so far."""

    process: Started
    address: str
    log: list[dict[str, Any]]

    @property
    def messages(self) -> list[str]:
        return [line["message"] for line in self.log]

    async def says(self, words: str) -> dict[str, Any]:
        """The next line of its log whose message holds these words, once it is there."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in (line := await _next_line(self.process, self.log))["message"]:
                    pass
        except TimeoutError:
            raise AssertionError(f"it has not said {words!r} in {PATIENCE} s, but: {self.messages}") from None
        return line

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> Ended:
        """Ask it to stop; what came after it was ready."""
        self.process.send_signal(how)
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        assert self.process.returncode is not None
        return Ended(self.process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def serving(*arguments: str, **more: str) -> AsyncIterator[Serving]:
    """`oaflow run` on a free port, ready; killed at the end if the test has not stopped it."""
    process = await started("run", *arguments, "--port", "0", env=environment({HURRY: "10"} | more))
    try:
        log = await _until_ready(process)
        webhook = next(line["message"] for line in log if line["message"].startswith("webhook address"))
        yield Serving(process, webhook.split(": ")[1].removesuffix("/webhook/main"), log)
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.communicate(), PATIENCE)


async def _until_ready(process: Started) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while (await _next_line(process, log))["message"] != "ready":
                pass
    except TimeoutError:
        raise AssertionError(f"it was not ready in {PATIENCE} s: {log}") from None
    return log


async def _next_line(process: Started, log: list[dict[str, Any]]) -> dict[str, Any]:
    """The next line that it logs, which goes into `log`."""
    assert process.stderr is not None
    told = await process.stderr.readline()
    assert told, f"it has ended (exit {await process.wait()}) after saying: {log}"
    try:
        line: dict[str, Any] = json.loads(told)
    except ValueError:
        rest = told + await asyncio.wait_for(process.stderr.read(65_536), PATIENCE)
        raise AssertionError(f"this is no line of the log: {rest.decode()}; before it: {log}") from None
    log.append(line)
    return line
