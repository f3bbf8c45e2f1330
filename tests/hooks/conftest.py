"""A hook of a system that tests script, and who calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import BaseTestServer

from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings
from tests.conftest import ManualClock
from tests.fakes.crm import Crm

SECRET = "opaque"


class WaitingClock(ManualClock):
    """Waits by going forward at once; `waited` has how long."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.advance(seconds)


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
async def server(crm: Crm) -> AsyncIterator[BaseTestServer]:
    async with crm.serving() as server:
        yield server


@pytest.fixture
def hook(server: BaseTestServer) -> HookSettings:
    return HookSettings("crm", str(server.make_url("/orders")), SECRET, {"X-Shop": "forest"}, tries=3)


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock()


@pytest.fixture
async def caller(clock: WaitingClock) -> AsyncIterator[HookCaller]:
    async with HookCaller(clock, lambda: frozenset({"127.0.0.1", "localhost"})) as caller:
        yield caller
