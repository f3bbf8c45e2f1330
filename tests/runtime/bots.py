"""Processes of a bot that end with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.operations import contact_changes, simulated_time
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.playbooks import SMALLEST
from tests.runtime.harness import Bot, ScriptedLine


class Bots:
    """Makes processes on the test's database; each ends with the test, as after kill -9."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self._world = database, seal, clock
        self.line = ScriptedLine()
        """LINE, as all of them reach it that are given no other."""
        self.made: list[Bot] = []

    def make(self, playbook: Playbook = SMALLEST, line: Any = None, **given: Any) -> Bot:
        """One that has not started; the rest as `Bot` has it."""
        bot = Bot(*self._world, self.line if line is None else line, playbook, **given)
        self.made.append(bot)
        return bot

    async def __call__(self, playbook: Playbook = SMALLEST, line: Any = None, **given: Any) -> Bot:
        """One that has started."""
        return await self.make(playbook, line, **given).start()

    async def heir(self, dead: Bot, playbook: Playbook | None = None, line: Any = None, **given: Any) -> Bot:
        """One that starts after this one has died; where nothing else is given it goes on as that one was."""
        bot = self.make(playbook or dead.playbook, dead.line if line is None else line, **given)
        bot.dead.add(dead.id)
        return await bot.start()


@pytest.fixture
async def bots(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[Bots]:
    maker = Bots(database, seal, clock)
    yield maker
    for bot in maker.made:
        await bot.crash()


@pytest.fixture
def by_our_clock(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations go by the clock of the people, which is ours."""

    async def among(people: Stores) -> ManualClock:
        return clock

    monkeypatch.setattr(simulated_time, "clock_among", among)
    monkeypatch.setattr(contact_changes, "clock_among", among)
