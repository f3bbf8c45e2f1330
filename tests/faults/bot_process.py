"""`oaflow run` as its users start it, and its mongod: started, asked, paused, killed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bot.model.variables import PLAIN
from bot.store.unavailable import DatabaseUnavailable
from tests.faults.webhooks import SECRET
from tests.started import Started, started

ROOT = Path(__file__).parent.parent.parent
CHANNEL_ID = "1657000077"
ACCESS_TOKEN = "opaque-access-token-77"

ACCOUNT = """\
bot: 森活選品
channels:
  main:
    id: "@forest"
    channel_id: ${LINE_CHANNEL_ID}
    channel_secret: ${LINE_CHANNEL_SECRET}
    access_token: ${LINE_CHANNEL_ACCESS_TOKEN}
"""
"""How a playbook begins; more of the channel may follow."""
PLAYBOOK = f"""\
{ACCOUNT}rules:
  - when: follow
    reply: 歡迎 {{{{ contact.name }}}}！
  - when: {{text: [營業時間, 幾點開]}}
    reply: 每天 11:00–21:00
  - when: {{text_contains: 優惠}}
    do:
      - add_tags: [看過優惠]
      - reply: 本週全館 85 折
  - when: {{text: 到貨通知}}
    do:
      - push: 到貨了
"""

START_SECONDS = 90.0
END_SECONDS = 90.0
PATIENCE = 90.0
"""Seconds for what another process does in one or two, except on a busy machine."""
LOOK_SECONDS = 0.05
"""Seconds between two looks at a process that tells nobody when it has done something."""

PACE = "10/0.3/2/8"
"""That of production, but for renewals: what is waited for is heard of ten times as soon, and a process that
a busy machine keeps waiting has its lease for as long as ever."""

_ADDRESS = re.compile(r"webhook address of main: (http://\S+)/webhook/main")


async def comes_to(true: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> None:
    """Wait for something that another process does, looking again and again.

    A database that is away counts as not yet. Raises `TimeoutError` after `seconds`.
    """
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if await true():
                        return
                except DatabaseUnavailable:
                    pass
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise TimeoutError(f"for {seconds:g} s it has not been so: {true}") from None


def environment(data: Path, line: str) -> dict[str, str]:
    """What a process needs to know: secrets, where its data lies, where LINE is."""
    wanted = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", PLAIN)
    kept = {name: os.environ[name] for name in wanted if name in os.environ}
    return kept | {
        "LINE_CHANNEL_ID": CHANNEL_ID,
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": ACCESS_TOKEN,
        "OAFLOW_LINE_API": line,
        "OAFLOW_DATA": str(data),
        "OAFLOW_TEST_PACE": PACE,
    }


class BotProcess:
    """One `oaflow run`. `log` is everything that it has said, line by line."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._process: Started | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self.log: list[str] = []
        self.address = "http://127.0.0.1:1"

    async def start(self, *options: str) -> BotProcess:
        """Start it, and wait until it says that it is ready."""
        await self.spawn(*options)
        await self.ready()
        return self

    async def spawn(self, *options: str) -> None:
        """Start it without waiting."""
        self._ready.clear()
        words = ("run", str(self._folder), "--port", "0", *options)
        self._process = await started(*words, env=self._environment, apart=False)
        self._reader = asyncio.create_task(self._read(self._process))

    async def ready(self) -> None:
        """Wait until it serves; fails with what it said if it ends instead."""
        assert self._reader is not None
        ready = asyncio.ensure_future(self._ready.wait())
        await asyncio.wait((ready, self._reader), timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        assert self._ready.is_set(), "it does not get ready:\n" + "\n".join(self.log)

    async def _read(self, process: Started) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            text = line.decode().rstrip("\n")
            self.log.append(text)
            if (found := _ADDRESS.search(text)) is not None:
                self.address = found[1]
            elif '"message": "ready"' in text:
                self._ready.set()

    async def says_so(self, words: str, times: int = 1) -> None:
        """Wait until it has said this so often."""

        async def is_said() -> bool:
            return sum(words in line for line in self.log) >= times

        await comes_to(is_said)

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """kill -9, and wait for its end."""
        self.send(signal.SIGKILL)
        await self.ended()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.send(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        assert self._process is not None
        assert self._reader is not None
        async with asyncio.timeout(END_SECONDS):
            code = await self._process.wait()
            await self._reader
        return code

    async def readyz(self, session: aiohttp.ClientSession) -> tuple[int, str]:
        """Status and reason that `/readyz` answers."""
        limit = aiohttp.ClientTimeout(total=PATIENCE)
        async with session.get(f"{self.address}/readyz", timeout=limit) as answer:
            told: dict[str, str] = await answer.json()
            return answer.status, told.get("reason", "")

    async def figure(self, session: aiohttp.ClientSession, name: str) -> float:
        """One figure of `/metrics`, without labels."""
        async with session.get(f"{self.address}/metrics") as answer:
            text = await answer.text()
        values = [line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")]
        return float(values[0])

    def complaints(self) -> list[str]:
        """What it said that is not a line of the log, or is an error, or holds a traceback."""
        return [line for line in self.log if _is_complaint(line)]


def _is_complaint(line: str) -> bool:
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return True
    return told["level"] not in ("info", "warning") or "traceback" in told
