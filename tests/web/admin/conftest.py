"""Worlds of the staff's pages that end with the test."""

from __future__ import annotations

from asyncio import Runner
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.settings import Settings
from bot.operations.admins.accounts import StaffAccounts
from bot.operations.admins.passwords import Passwords
from bot.store.database.mongo import Database
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import AdminHandler
from bot.web.sealed_parts import SealedParts
from tests.conftest import ManualClock
from tests.web.admin.console import NO_SETTINGS, console
from tests.web.admin.staff_world import CHEAP, StaffWorld


class StaffWorlds:
    """Makes worlds that end with the test; what their pages are made of is there before they serve."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.database, self.seal, self.clock = database, seal, clock
        self.stores = stores_of(database, seal)
        self.parts = SealedParts(LiveKeys(seal, console_keys))
        self.accounts = StaffAccounts(self.stores, Passwords(CHEAP), clock)
        self.made: list[StaffWorld] = []

    def console(
        self, playbook: Callable[[], Playbook], settings: Settings = NO_SETTINGS, **others: Any
    ) -> ConsoleContext:
        """What pages over this playbook work with; `others` are fields in place of its own."""
        given = {"stores": self.stores, "parts": self.parts, "clock": self.clock, **others}
        return console(playbook, settings, **given)

    async def __call__(self, more: Mapping[str, AdminHandler] | None = None, **given: Any) -> StaffWorld:
        """One that serves, with these handlers in place of the real ones; the rest as `StaffWorld` has it."""
        world = StaffWorld(self.database, self.seal, self.clock, more or {}, **given)
        self.made.append(world)
        await world.start()
        return world


@pytest.fixture
async def worlds(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[StaffWorlds]:
    maker = StaffWorlds(database, seal, clock)
    yield maker
    for world in maker.made:
        await world.stop()


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    return await worlds()


@pytest.fixture
def _function_scoped_runner(request: pytest.FixtureRequest, _function_scoped_runner: Runner) -> Runner:
    """Where what a test uses is run: with a browser all of it in the loop of the session, where that lives.

    A Chromium for each test cost more than most of these tests.
    """
    if "chromium" not in request.fixturenames:
        return _function_scoped_runner
    of_session: Runner = request.getfixturevalue("_session_scoped_runner")
    return of_session
