"""Many people go through a journey in simulated time, while processes are killed: who gets what?"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.database import open_database
from bot.playbook.load import load
from tests.faults.journey_world import DAY, CountingLine, playbook_of, put_in, waiting

ROOT = Path(__file__).parent.parent.parent
SECRETS = {"BENCH_SECRET": "bench-secret", "BENCH_TOKEN": "t"}
MARGIN = timedelta(hours=1)
"""All of a day's messages are due within it."""


@dataclass(frozen=True, slots=True)
class Went:
    """What came of it: `wrong` counts people."""

    people: int
    steps: int
    kills: int
    wrong: Counter[str]


@dataclass
class Processes:
    """The bot's processes just now, the oldest first, and the time that their clocks show."""

    folder: Path
    line: str
    data: Path
    now: datetime
    running: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self) -> None:
        """Start one more, and wait until it works."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.journey_process", str(self.folder), self.line),
            cwd=ROOT,
            env={**os.environ, **SECRETS, "OAFLOW_DATA": str(self.data)},
            stdin=PIPE,
            stdout=PIPE,
        )
        self.running.append(process)
        await self._tell(process)
        assert process.stdout is not None
        if await process.stdout.readline() != b"ready\n":
            raise RuntimeError("a process of the bot did not start")

    async def know(self, word: str) -> None:
        """Wait until each of them has said that pushes are `stopped`, or `going`."""
        for process in self.running:
            assert process.stdout is not None
            if (said := await process.stdout.readline()) != f"{word}\n".encode():
                raise RuntimeError(f"a process of the bot says {said!r}")

    async def move_to(self, moment: datetime) -> None:
        """It is this moment now, in all of them."""
        self.now = moment
        for process in self.running:
            await self._tell(process)

    async def _tell(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        process.stdin.write(f"{self.now.isoformat()}\n".encode())
        await process.stdin.drain()

    async def kill_oldest(self) -> None:
        """kill -9; the next one takes its place."""
        oldest = self.running.pop(0)
        oldest.kill()
        await oldest.wait()

    async def end(self) -> None:
        """Let all of them stop well."""
        for process in self.running:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


async def go_through(place: Path, people: int, steps: int, patience: float) -> Went:
    """Everybody goes through the whole journey, a message a day.

    One process begins, and is killed half-way through a day; from the middle on there are two, and the older
    one is killed in the same way. `place` is an empty folder. Raises `TimeoutError` where a day's messages
    are not sent within `patience` seconds, and `RuntimeError` where something is left to come.
    """
    folder, data = place / "shop", place / "data"
    folder.mkdir()
    (folder / "bot.yaml").write_text(playbook_of(steps), "utf-8")
    line = CountingLine(SECRETS["BENCH_SECRET"], people)
    start = datetime.now(UTC).replace(microsecond=0)
    async with _people_in(folder, data, people, start):
        processes = Processes(folder, await line.serve(), data, start + MARGIN)
        await processes.start()
        kills = (steps // 4, steps - 2)
        try:
            for day in range(steps):
                if day == steps // 2:
                    await processes.start()
                await processes.move_to(start + (day + 1) * DAY + MARGIN)
                if day in kills:
                    await line.has_pushed(day * people + people // 2, patience)
                    await processes.kill_oldest()
                    await processes.start()
                await line.has_pushed((day + 1) * people, patience)
        finally:
            await processes.end()
            line.close()
    return Went(people, steps, len(kills), line.wrong(people, steps))


@asynccontextmanager
async def _people_in(folder: Path, data: Path, people: int, start: datetime) -> AsyncIterator[None]:
    """A database in which so many people begin; afterwards nothing may be left to do in it."""
    loaded = load(folder, SECRETS)
    assert loaded.playbook is not None
    opened = await open_database(loaded.settings, folder, {"OAFLOW_DATA": str(data)}, "")
    try:
        due = start + DAY
        await put_in(opened.database, waiting(loaded.playbook, opened.seal, range(people), lambda n: due))
        yield
        left = {"$or": [{"due": {"$exists": True}}, {"out.0": {"$exists": True}}]}
        if (count := await opened.database.collection("contacts").count_documents(left)) > 0:
            raise RuntimeError(f"{count} people still have something to come")
    finally:
        await opened.close()
