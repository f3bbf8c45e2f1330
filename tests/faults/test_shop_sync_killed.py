"""`kill -9` while a shop's members are read, twice: the next process goes on, and it ends right. C3"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application

from bot.model.clock import SystemClock
from bot.model.shop import SyncRun
from bot.simulator.shop.members import FIRST, crowd
from bot.simulator.simulator import Simulator
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.runtime.shop_members import SHOP

MANY = 180
"""Four pages."""


@pytest.fixture
async def shop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a shop with so many members, which may be asked as often as one likes."""
    monkeypatch.setattr("bot.connectors.shops.cyberbiz.simulator.api.PER_SECOND", 100_000)
    simulator, application = Simulator([], SystemClock(), shops=[SHOP]), Application()
    pretend = simulator.shops.by_name[SHOP.name]
    pretend.members.clear()
    pretend.fill(crowd(MANY))
    application.add_routes(simulator.routes())
    server = TestServer(application)
    await server.start_server()
    yield str(server.make_url(f"/simulator/shop/cyberbiz/{SHOP.name}"))
    await server.close()


async def reading(
    uri: str, shop: str, me: str, keys: str, notes: int | None
) -> tuple[asyncio.subprocess.Process, list[str]]:
    """A process that reads, and is let go on until it comes to this note (`None`: to its end)."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.shop_sync_process", uri, shop, me),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{keys}\n".encode())
    said: list[str] = []
    while line := (await process.stdout.readline()).decode().strip():
        said.append(line)
        if line == "over" or len(said) == notes:
            break
        process.stdin.write(b"\n")
    return process, said


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/test_shop_sync.py")
async def test_killed_twice_it_ends_right(database: Database, mongod: str, shop: str) -> None:
    """Each dies when a page is taken over and not noted: it is read once more, and nobody becomes two."""
    keys = generate()
    stores = stores_of(database, Seal(parse(keys)), "test")
    assert await stores.shop_syncs.order("forest", SyncRun("all", "command:test", NOW), None)
    for me in ("first", "second"):
        process, said = await reading(mongod, shop, me, keys, notes=4)
        assert said == ["noting"] * 4
        process.kill()
        assert await process.wait() == -9
    process, said = await reading(mongod, shop, "third", keys, notes=None)
    assert await process.wait() == 0
    assert said[-1] == "over"
    run = (await stores.shop_syncs.one("forest")).all
    assert run is not None
    assert (run.state, run.figures.read) == ("done", MANY)
    for number in range(FIRST, FIRST + MANY):
        assert len(await stores.people.with_member_no(str(number))) == 1
    people = (await stores.shop_members.counted("forest", ())).people
    assert people == MANY
