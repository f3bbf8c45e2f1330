"""K5: pushes are stopped and go on while journeys run, and processes are killed: none comes while they are.

OAFLOW_KILL_SEED repeats a schedule that failed.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom

import pytest

from bot.app.database import OpenDatabase, open_database
from bot.operations.brake import StopScope, resume_pushes, stop_pushes
from bot.playbook.load import load
from tests.depth import examples
from tests.faults.bot_process import PACE, comes_to
from tests.faults.journey_run import MARGIN, SECRETS, Processes
from tests.faults.journey_world import DAY, CountingLine, playbook_of, put_in, waiting
from tests.faults.stored import empty

PEOPLE = 40
DAYS = max(2, examples(8))
PATIENCE = 90.0
ALL = StopScope()
KILLS = ("held", "woken", "nobody")
"""While people are being held, or woken, a process is killed: day by day."""
SEED = int(os.environ.get("OAFLOW_KILL_SEED") or SystemRandom().randrange(1_000_000))


class StoppedDays:
    """Each day everybody is due while pushes are stopped; two processes run, and one is killed somewhere."""

    def __init__(
        self, opened: OpenDatabase, processes: Processes, line: CountingLine, start: datetime, seed: int
    ) -> None:
        self.opened = opened
        self.processes = processes
        self.line = line
        self.start = start
        self.dice = Random(seed)

    async def day(self, number: int) -> None:
        """One of them; everybody has its message at its end."""
        before = number * PEOPLE
        assert self.line.pushes == before
        await self._stop()
        kill = KILLS[number % len(KILLS)]
        await self.processes.move_to(self.start + (number + 1) * DAY + MARGIN)
        if kill == "held":
            await self._until_held(self.dice.randint(1, PEOPLE))
            await self._kill()
        await self._until_held(PEOPLE)
        assert self.line.pushes == before, "somebody got a message while pushes were stopped"
        await self._go_on()
        if kill == "woken":
            await self.line.has_pushed(before + self.dice.randint(1, PEOPLE - 1), PATIENCE)
            await self._kill()
        if self.dice.random() < 0.5:  # and once more in the middle of it
            await self._stop()
            await self._go_on()
        await self.line.has_pushed(before + PEOPLE, PATIENCE)

    async def _stop(self) -> None:
        _, is_new = await stop_pushes(self.opened.stores, ALL, "test", ["main"], None)
        assert is_new
        await self.processes.know("stopped")

    async def _go_on(self) -> None:
        await resume_pushes(self.opened.stores, ALL, "test")
        await self.processes.know("going")

    async def _kill(self) -> None:
        await self.processes.kill_oldest()
        await self.processes.start()

    async def _until_held(self, people: int) -> None:
        async def held() -> bool:
            return await self.opened.stores.held.how_many_by_brake() >= people

        await comes_to(held, PATIENCE)


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/braked_schedules.py")
async def test_nobody_is_pushed_to_meanwhile_and_everybody_once_afterwards(
    running_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAFLOW_TEST_PACE", PACE)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "bot.yaml").write_text(playbook_of(DAYS), "utf-8")
    await asyncio.to_thread(empty, running_data)
    loaded = load(folder, SECRETS)
    assert loaded.playbook is not None
    line = CountingLine(SECRETS["BENCH_SECRET"], PEOPLE)
    start = datetime.now(UTC).replace(microsecond=0)
    processes = Processes(folder, await line.serve(), running_data, start + MARGIN)
    opened = await open_database(loaded.settings, folder, {"OAFLOW_DATA": str(running_data)}, "")
    try:
        people = waiting(loaded.playbook, opened.seal, range(PEOPLE), lambda number: start + DAY)
        await put_in(opened.database, people)
        for _ in range(2):
            await processes.start()
        stopped = StoppedDays(opened, processes, line, start, SEED)
        for number in range(DAYS):
            await stopped.day(number)
        assert (line.wrong(PEOPLE, DAYS), SEED) == (Counter(), SEED)
    finally:
        await processes.end()
        line.close()
        await opened.close()
