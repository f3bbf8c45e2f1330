"""A world of its own for each test here: real processes, a real mongod, HTTP on loopback."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.model.settings import Settings
from bot.model.variables import PLAIN
from bot.store.database.mongo import initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from tests.faults.stored import empty
from tests.faults.world import World, new_world


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`make soak` plays the faults both ways."""
    if not {"world", "running_data"}.isdisjoint(metafunc.fixturenames):  # `started_world` has the latter
        both = [False, pytest.param(True, marks=pytest.mark.ring("soak", "more of the same"))]
        metafunc.parametrize("plain", both, ids=["short", "plain"])


@pytest.fixture(autouse=True)
def processes_are_plain(plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of a bot have the environment that `bot_process` passes on."""
    if plain:
        monkeypatch.setenv(PLAIN, "1")


@pytest.fixture(scope="session")
def fresh_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database is ready and empty, with its keys: copied, it saves each test a second."""
    data = tmp_path_factory.mktemp("fresh")

    async def prepare() -> None:
        opened = await open_database(Settings({}), data, {"OAFLOW_DATA": str(data)}, "")
        await opened.close()

    asyncio.run(prepare())
    return data


@pytest.fixture(scope="session")
def running_data(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose database runs as long as the session."""
    data = tmp_path_factory.mktemp("r") / "data"
    shutil.copytree(fresh_data, data)
    embedded = EmbeddedDatabase(data, initiate)
    asyncio.run(embedded.start_or_join())
    yield data
    asyncio.run(embedded.leave())


@pytest.fixture
async def started_world(running_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The same with a database that runs already, for tests that do it no harm."""
    place = tmp_path_factory.mktemp("w")
    await asyncio.to_thread(empty, running_data)
    async with new_world(place, running_data) as world:
        yield world


@pytest.fixture
async def world(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """LINE, a playbook, an empty database, and no process yet."""
    place = tmp_path_factory.mktemp("w")  # short, as a socket's path has to be
    shutil.copytree(fresh_data, place / "data")
    async with new_world(place) as world:
        yield world
